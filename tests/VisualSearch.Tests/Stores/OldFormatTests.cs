using System.IO.Compression;
using Microsoft.Data.Sqlite;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using VisualSearch.Tests.Models;

namespace VisualSearch.Tests.Stores;

/// <summary>
/// A collection as the last program with catalog format 1 wrote it (Fixtures/collection-v1.zip; how it was made stands in the README
/// beside it): it opens as it is, is brought up to date when it is first written, and can be embedded again.
/// </summary>
public sealed class OldFormatTests : IDisposable
{
    private const int Pictures = 6;

    // The pictures are drawn anew here; another version of the JPEG codec may give other pixels by a level or two.
    private const float Tolerance = 0.02f;

    private readonly TemporaryFolder _folder = new();
    private readonly TwoModels _models = new();

    public OldFormatTests()
    {
        DrawnPictures.DrawMany(_folder["pictures"], Pictures);
        ZipFile.ExtractToDirectory(Path.Combine(SharedData.Repository, "tests", "VisualSearch.Tests", "Stores", "Fixtures", "collection-v1.zip"), _folder["collections"]);
    }

    private CollectionDirectory Collections => new(_folder.Path);

    public void Dispose()
    {
        _models.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void It_opens_as_it_is_and_reading_changes_nothing()
    {
        Assert.Equal(1, Version());
        using (EmbeddedStore store = Collections.Open("old", StoreAccess.Read, _models.First.Manifest))
        {
            Assert.Equal((1, IndexOrigin.Snapshot), (store.Generation, store.IndexStart.Origin));
            AssertHolds(store, _models.First);
        }

        CollectionInfo info = Collections.Info("old");
        Assert.Equal((null, 1, (long)Pictures, _models.First.Manifest.Fingerprint), (info.Fault, info.Generation, info.Items, info.Model));
        GenerationInfo only = Assert.Single(Collections.Generations("old"));
        Assert.Equal((1, GenerationState.Running, (long)Pictures, 0L), (only.Number, only.State, only.Vectors, only.Gaps));
        Assert.Equal(1, Version());
    }

    [Fact]
    public void A_writer_brings_it_up_to_date_under_a_reader_that_goes_on()
    {
        using EmbeddedStore reader = Collections.Open("old", StoreAccess.Read, _models.First.Manifest);
        using (EmbeddedStore writer = Collections.Open("old", StoreAccess.Write, _models.First.Manifest))
        {
            Assert.Equal(3, Version());
            writer.Write([new AssetWrite(StoreSamples.Picture("added.jpg", "added"), new float[] { 1, 0, 0 })]);
        }

        Assert.Equal(1, reader.Refresh());
        Assert.False(reader.IsSuperseded);
        Assert.Equal(Pictures + 1, reader.Info.Items);
        AssertHolds(reader, _models.First);
        using EmbeddedStore again = Collections.Open("old", StoreAccess.Read, _models.First.Manifest);
        AssertHolds(again, _models.First);
    }

    [Fact]
    public async Task It_can_be_embedded_again_and_gone_back_to()
    {
        using (EmbeddedGenerationBuild build = Collections.BeginBuild("old", _models.Second.Manifest, _models.SecondFolder))
        {
            Assert.Equal((2, Pictures), (build.Number, build.Missing().Count));
            build.Write([.. build.Load(build.Missing()).Select(record => new GenerationVector(record.Item.Id, record.Asset.ContentHash, TwoModels.Encode(_models.Second, FileOf(record))))]);
            await GenerationSamples.SwitchAsync(build);
        }

        using (EmbeddedStore store = Collections.Open("old", StoreAccess.Read, _models.Second.Manifest))
            AssertHolds(store, _models.Second);
        using (EmbeddedGenerationBuild back = Collections.BeginBuild("old", _models.First.Manifest, _models.FirstFolder))
        {
            Assert.Equal((1, true, 0), (back.Number, back.WasKept, back.Missing().Count));
            await GenerationSamples.SwitchAsync(back);
        }

        using EmbeddedStore first = Collections.Open("old", StoreAccess.Read, _models.First.Manifest);
        Assert.Equal(1, first.Generation);
        AssertHolds(first, _models.First);
    }

    private void AssertHolds(EmbeddedStore store, DualEncoder encoder)
    {
        var stored = new float[store.Info.Dimension];
        for (int number = 0; number < Pictures; number++)
        {
            ItemRecord record = Assert.Single(store.Load([store.SearchText($"{number:0000}", 1)[0].ItemId]));
            float[] expected = TwoModels.Encode(encoder, FileOf(record));
            Assert.True(store.TryGetVector(record.Item.Id, stored));
            Assert.All(expected.Zip(stored), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
            Assert.Equal(record.Item.Id, store.SearchVisual(stored, 1)[0].ItemId);
        }

        Assert.True(store.Verify().Healthy, string.Join('\n', store.Verify().Problems));
    }

    private string FileOf(ItemRecord record) => _folder["pictures", Path.GetFileName(record.Asset.RelativePath)];

    private long Version()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Collections.FolderOf("old"), "catalog.db")};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA user_version";
        return (long)command.ExecuteScalar()!;
    }
}
