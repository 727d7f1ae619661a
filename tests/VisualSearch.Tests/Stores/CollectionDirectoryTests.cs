using Microsoft.Data.Sqlite;
using VisualSearch.Search;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

public sealed class CollectionDirectoryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CollectionDirectory directory;

    public CollectionDirectoryTests() => directory = new CollectionDirectory(folder.Path);

    public void Dispose() => folder.Dispose();

    private string CatalogOf(string name) => Path.Combine(directory.FolderOf(name), "catalog.db");

    [Fact]
    public void Looking_makes_nothing()
    {
        Assert.Empty(directory.List());
        Assert.False(directory.Exists("photos"));
        Assert.Throws<CollectionNotFoundException>(() => directory.Open("photos", StoreAccess.Read));
        Assert.Throws<CollectionNotFoundException>(() => directory.Drop("photos"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Collections_are_listed_with_what_is_known_about_them()
    {
        using (EmbeddedStore store = directory.OpenOrCreate("photos", Model, StoreAccess.Write))
            store.Write(Batch(0, 5));
        directory.OpenOrCreate("art.2", Model with { Name = "other@2", Fingerprint = "other@2+x" }, StoreAccess.Read).Dispose();

        IReadOnlyList<CollectionInfo> all = directory.List();
        Assert.Equal(["art.2", "photos"], all.Select(c => c.Name));
        CollectionInfo photos = directory.Info("photos");
        Assert.Equal(all[1], photos);
        Assert.Equal((5, 5, 1, Dimension), (photos.Assets, photos.Items, photos.Generation, photos.Dimension));
        Assert.Equal((Model.Name, Model.Fingerprint, "embedded"), (photos.ModelName, photos.Model, photos.Store));
        Assert.True(photos.SizeBytes > 5 * Dimension * 4);
        Assert.InRange(photos.CreatedAt, DateTimeOffset.UtcNow.AddMinutes(-10), DateTimeOffset.UtcNow);
        Assert.Null(photos.Fault);
        using EmbeddedStore opened = directory.Open("photos", StoreAccess.Read);
        Assert.Equal(photos with { SizeBytes = 0 }, opened.Info with { SizeBytes = 0 });
    }

    [Fact]
    public void A_missing_collection_is_refused_naming_those_that_exist()
    {
        directory.OpenOrCreate("photos", Model, StoreAccess.Write).Dispose();
        CollectionNotFoundException missing = Assert.Throws<CollectionNotFoundException>(() => directory.Open("fotos", StoreAccess.Read));
        Assert.Contains("'fotos'", missing.Message, StringComparison.Ordinal);
        Assert.Contains("photos", missing.Message, StringComparison.Ordinal);
        Assert.Equal("collection-not-found", missing.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("../a")]
    [InlineData("A")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("a\n")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void A_name_that_could_leave_the_folder_is_refused(string name)
    {
        Assert.False(CollectionDirectory.IsValidName(name));
        Assert.Throws<CollectionNameException>(() => directory.Exists(name));
        Assert.Throws<CollectionNameException>(() => directory.OpenOrCreate(name, Model, StoreAccess.Write));
        Assert.Throws<CollectionNameException>(() => directory.Drop(name));
    }

    [Fact]
    public void A_dropped_collection_is_gone_and_its_name_free()
    {
        using (EmbeddedStore store = directory.OpenOrCreate("photos", Model, StoreAccess.Write))
        {
            store.Write(Batch(0, 5));
            Assert.Throws<WriterBusyException>(() => directory.Drop("photos"));
        }
        directory.Drop("photos");
        Assert.Empty(directory.List());
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder["collections"]));
        using EmbeddedStore anew = directory.OpenOrCreate("photos", Model with { Fingerprint = "another" }, StoreAccess.Write);
        Assert.Equal(0, anew.Info.Items);
    }

    [Fact]
    public void Another_model_is_refused_naming_both()
    {
        directory.OpenOrCreate("photos", Model, StoreAccess.Write).Dispose();
        var other = new ModelIdentity("clip@3", "clip@3+123", 512);
        foreach (Action open in (Action[])[() => directory.Open("photos", StoreAccess.Read, other), () => directory.OpenOrCreate("photos", other, StoreAccess.Write)])
        {
            ModelMismatchException mismatch = Assert.Throws<ModelMismatchException>(open);
            Assert.Contains(Model.Fingerprint, mismatch.Message, StringComparison.Ordinal);
            Assert.Contains("clip@3+123", mismatch.Message, StringComparison.Ordinal);
        }
        using EmbeddedStore store = directory.Open("photos", StoreAccess.Read);
        store.RequireModel(Model);
        Assert.Throws<ModelMismatchException>(() => store.RequireModel(other));
    }

    [Theory]
    [InlineData(999, "newer")]
    [InlineData(-1, "older")]
    [InlineData(0, "not a VisualSearch catalog")]
    public void Another_format_version_is_refused_saying_which(int version, string word)
    {
        directory.OpenOrCreate("photos", Model, StoreAccess.Write).Dispose();
        Execute("photos", $"PRAGMA user_version = {version}");
        foreach (StoreAccess access in Enum.GetValues<StoreAccess>())
        {
            FormatMismatchException mismatch = Assert.Throws<FormatMismatchException>(() => directory.Open("photos", access));
            Assert.Contains(word, mismatch.Message, StringComparison.Ordinal);
            Assert.Equal(version, mismatch.Found);
        }
        Assert.Contains(word, Assert.Single(directory.List()).Fault!, StringComparison.Ordinal);
        Execute("photos", $"PRAGMA user_version = {CatalogSchema.FormatVersion}");
        directory.Open("photos", StoreAccess.Write).Dispose();
    }

    [Fact]
    public void A_database_of_another_program_is_not_touched()
    {
        Directory.CreateDirectory(directory.FolderOf("photos"));
        Execute("photos", "CREATE TABLE t(x); INSERT INTO t VALUES (1)");
        Assert.Throws<FormatMismatchException>(() => directory.OpenOrCreate("photos", Model, StoreAccess.Write));
        Execute("photos", "INSERT INTO t VALUES (2)");
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_the_others_are_still_listed()
    {
        directory.OpenOrCreate("good", Model, StoreAccess.Write).Dispose();
        Directory.CreateDirectory(directory.FolderOf("bad"));
        File.WriteAllText(CatalogOf("bad"), string.Concat(Enumerable.Repeat("this is no database ", 500)));
        Assert.Throws<CorruptCatalogException>(() => directory.Open("bad", StoreAccess.Read));
        Assert.Throws<CorruptCatalogException>(() => directory.OpenOrCreate("bad", Model, StoreAccess.Write));
        IReadOnlyList<CollectionInfo> all = directory.List();
        Assert.Equal([true, false], all.Select(c => c.Fault is not null));
        directory.Drop("bad");
        Assert.Single(directory.List());
    }

    [Fact]
    public void A_collection_whose_making_was_killed_counts_as_none_and_can_be_made()
    {
        Directory.CreateDirectory(directory.FolderOf("photos"));
        File.WriteAllBytes(CatalogOf("photos"), []);
        Assert.False(directory.Exists("photos"));
        Assert.Empty(directory.List());
        using EmbeddedStore store = directory.OpenOrCreate("photos", Model, StoreAccess.Write);
        store.Write(Batch(0, 2));
        AssertHolds(store, [0, 1]);
    }

    [Fact]
    public void Every_failure_has_a_code_and_says_what_to_do()
    {
        SearchException[] failures =
        [
            new CollectionNotFoundException("a", []), new CollectionNameException("A"), new ModelMismatchException("a", Model, Model),
            new FormatMismatchException("p", 2, 1), new CorruptCatalogException("p", "r"), new WriterBusyException("a", "w"),
            new CatalogAccessException("p", "r"), new CollectionReplacedException("a"),
        ];
        Assert.Equal(failures.Length, failures.Select(f => f.Code).Distinct().Count());
        Assert.All(failures, f => Assert.Matches("(?i)(use|make|move|restore|wait|check|open|drop)", f.Message));
    }

    private void Execute(string name, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={CatalogOf(name)};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
