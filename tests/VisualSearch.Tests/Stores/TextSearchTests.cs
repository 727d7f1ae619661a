using System.Text;
using Microsoft.Data.Sqlite;
using VisualSearch.Ann;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

public sealed class TextSearchTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly EmbeddedStore store;

    public TextSearchTests() => store = Filled(folder["c"], 0);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void In_a_large_collection_rare_words_decide_and_frequent_ones_are_asked_for_together()
    {
        Write(Picture("0.jpg", "seed"));
        // Of 30,000 texts all have 'common', two in three 'often', one in a thousand 'rare': written straight into the tables, for speed.
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder["c"], "catalog.db")};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = """
                WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
                INSERT INTO words(rowid, title, tags, path, text)
                SELECT i, 'common' || iif(i % 3, ' often', '') || iif(i % 1000, '', ' rare'), '', '', '' FROM n;
                INSERT INTO item(id, asset_id, kind, revision) VALUES (30000, 1, 0, 1);
                """;
            command.ExecuteNonQuery();
        }
        Assert.Equal(30, store.SearchText("common rare", 100).Count);
        Assert.All(store.SearchText("common often rare missing", 30), s => Assert.Equal(0, s.ItemId % 1000));
        Assert.All(store.SearchText("often common", 50), s => Assert.NotEqual(0, s.ItemId % 3));
        Assert.Equal(50, store.SearchText("common", 50).Count);
        Assert.Equal(50, store.SearchText("common absent", 50).Count);
        Assert.Equal(5, store.SearchText("common often", 50, IdSet.FromIds([3, 4, 5, 6, 7])).Count);
        Assert.Equal(50, store.SearchText("oft", 50).Count);
    }

    private void Write(params Asset[] assets) => store.Write([.. assets.Select((asset, n) => new AssetWrite(asset, Vector(n)))]);
}
