using VisualSearch.Ann;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using static VisualSearch.Tests.Stores.StoreSamples;
using static VisualSearch.Tests.Stores.VideosTests;

namespace VisualSearch.Tests.Stores;

/// <summary>A video in a collection: its shots, keyframes, passages, storyboard and transcript, written, found, replaced and removed.</summary>
public sealed class VideoStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_written_is_found_by_the_next_process_and_by_one_that_reads_meanwhile()
    {
        Filled(folder["c"], 5).Dispose();
        using EmbeddedStore reader = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        Assert.Empty(reader.SearchPassages(Vector(201), 5));
        using (EmbeddedStore writer = EmbeddedStore.Open(folder["c"], StoreAccess.Write))
            writer.Write([Video("v.mp4", Shot(0, 5, (1, 101)), new PassageWrite(0, 4, "first words", Vector(201)))]);
        reader.Refresh();
        Assert.Single(reader.SearchPassages(Vector(201), 5));
        using EmbeddedStore next = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        Assert.Single(next.SearchPassages(Vector(201), 5));
        Assert.Single(next.BestKeyframes(Vector(101), [next.SearchVisual(Vector(101), 1)[0].ItemId]));
    }

    [Fact]
    public async Task The_next_generation_embeds_keyframes_and_passages_too_and_the_old_one_still_has_its_own()
    {
        using (EmbeddedStore store = Filled(folder["c"], 3))
            store.Write([Video("v.mp4", Shot(0, 5, (1, 101), (4, 102)), new PassageWrite(0, 4, "first words", Vector(201)))]);
        using (EmbeddedGenerationBuild build = GenerationSamples.Begin(folder["c"]))
        {
            int dimension = GenerationSamples.Other.Dimension;
            build.Write([.. build.Load(build.Missing()).Select(record => record.Item.Kind == ItemKind.Shot
                ? new GenerationVector(record.Item.Id, record.Asset.ContentHash, [.. build.KeyframeSeconds(record.Item.Id).Select(s => new KeyframeWrite(s, Vector(500 + (int)s, dimension)))])
                : new GenerationVector(record.Item.Id, record.Asset.ContentHash, Vector((int)record.Item.Id, dimension)))]);
            Assert.Empty(build.Missing());
            await Assert.ThrowsAsync<InvalidOperationException>(() => GenerationSamples.SwitchAsync(build));
            build.WritePassages([.. build.MissingPassages().Select(id => (id, (ReadOnlyMemory<float>)Vector(700, dimension)))]);
            await GenerationSamples.SwitchAsync(build);
        }

        using EmbeddedStore next = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        long shot = next.Load([.. next.SearchVisual(Vector(501, GenerationSamples.Other.Dimension), 9).Select(one => one.ItemId)]).Single(one => one.Item.Kind == ItemKind.Shot).Item.Id;
        Assert.Equal(4.0, Assert.Single(next.BestKeyframes(Vector(504, GenerationSamples.Other.Dimension), [shot])).Seconds);
        Assert.Equal(1, Assert.Single(next.SearchPassages(Vector(700, GenerationSamples.Other.Dimension), 5)).Score, 4);
        Assert.True(next.Verify().Healthy, string.Join('\n', next.Verify().Problems));
    }
}
