using Microsoft.Data.Sqlite;
using VisualSearch.Search.Stores;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>Each kind of damage is found and named; a sound collection has none.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public VerifyTests() => Filled(folder["c"], 50).Dispose();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(StoreAccess.Read)]
    [InlineData(StoreAccess.Write)]
    public void A_sound_collection_has_no_problem(StoreAccess access)
    {
        using EmbeddedStore store = EmbeddedStore.Open(folder["c"], access);
        VerifyReport report = store.Verify();
        Assert.True(report.Healthy);
        Assert.Equal((50, 50, 50, 50), (report.Assets, report.Items, report.Vectors, report.Indexed));
        Assert.Empty(report.Remarks);
    }

    [Theory]
    [InlineData("DELETE FROM vector WHERE item_id = 7", "1 items have no vector")]
    [InlineData("DELETE FROM words WHERE rowid = 7", "1 items have no words")]
    [InlineData("DELETE FROM item WHERE id = 7", "1 assets have no item")]
    [InlineData("DELETE FROM asset WHERE id = 7", "foreign_key|item 7")]
    [InlineData("UPDATE vector SET data = zeroblob(48) WHERE item_id = 7", "item 7 has norm 0")]
    [InlineData("UPDATE vector SET data = x'0011' WHERE item_id = 7", "item 7 has a vector of 2 bytes")]
    [InlineData("UPDATE vector SET data = (SELECT data FROM vector WHERE item_id = 8) WHERE item_id = 7", "Item 7 has another vector")]
    [InlineData("INSERT INTO removed(item_id, revision) VALUES (7, 1)", "1 items are both there and removed")]
    [InlineData("UPDATE words_content SET c0 = 'nonsense' WHERE id = 7", "text index disagrees")]
    public void Damage_in_the_catalog_is_named(string sql, string finding)
    {
        using EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        Execute($"PRAGMA foreign_keys = OFF; {sql}");
        VerifyReport report = store.Verify();
        Assert.False(report.Healthy);
        Assert.Contains(report.Problems, problem => finding.Split('|').Any(part => problem.Contains(part, StringComparison.Ordinal)));
    }

    [Fact]
    public void Damaged_pages_are_named()
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(folder["c"], "catalog.db"));
        int found = 0;
        // A changed page may lie in free space or hold a text that is still one; most changes must be found, and none may crash.
        for (int page = 3; page * 8192 < bytes.Length; page++)
        {
            byte[] damaged = [.. bytes];
            damaged.AsSpan(page * 8192, 64).Fill(0xA5);
            File.WriteAllBytes(Path.Combine(folder["c"], "catalog.db"), damaged);
            try
            {
                using EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
                found += store.Verify().Healthy ? 0 : 1;
            }
            catch (CorruptCatalogException)
            {
                found++;
            }
        }
        Assert.True(found * 8192 > bytes.Length / 2, $"Only {found} of {bytes.Length / 8192} damaged pages were noticed.");
    }

    [Fact]
    public void A_damaged_or_missing_snapshot_is_named()
    {
        using EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        string snapshot = Path.Combine(folder["c"], "visual.hnsw");
        byte[] bytes = File.ReadAllBytes(snapshot);
        File.Delete(snapshot);
        VerifyReport missing = store.Verify();
        Assert.True(missing.Healthy);
        Assert.Contains("no visual.hnsw", Assert.Single(missing.Remarks), StringComparison.Ordinal);
        File.WriteAllBytes(snapshot, bytes[..(bytes.Length - 5)]);
        Assert.Contains("visual.hnsw can't be read", Assert.Single(store.Verify().Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_vector_in_the_snapshot_is_named()
    {
        using EmbeddedStore store = FilledWide(folder["wide"]);
        Assert.True(store.Verify().Healthy);
        DamageVector(Path.Combine(folder["wide"], "visual.hnsw"));
        Assert.Contains("of its vectors has CRC-32C", Assert.Single(store.Verify().Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_list_of_damage_is_cut_and_counted()
    {
        using EmbeddedStore store = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        Execute("UPDATE vector SET data = zeroblob(48)");
        VerifyReport report = store.Verify();
        Assert.Equal(21, report.Problems.Count);
        Assert.Contains("30 more", report.Problems[^1], StringComparison.Ordinal);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder["c"], "catalog.db")};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
