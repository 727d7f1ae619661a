using System.Text;
using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann.Durable;

/// <summary>Files that earlier versions of the program wrote are read as they were meant.</summary>
public sealed class FixtureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public void An_hnsw_file_is_read(string version)
    {
        using HnswIndex index = HnswIndex.Open(Path.Combine(Fixtures.Folder, version, "hnsw"));
        Assert.Equal("made for tests", Encoding.UTF8.GetString(index.Tag.Span));
        AssertContent(index);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public void A_flat_file_is_read(string version)
    {
        using FlatIndex index = FlatIndex.Open(Path.Combine(Fixtures.Folder, version, "flat"));
        AssertContent(index);
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public void A_folder_is_read_and_written_on(string version)
    {
        string folder = _folder.File("index");
        Written.Copy(Path.Combine(Fixtures.Folder, version, "durable"), folder);
        Assert.Empty(DurableIndex.Verify(folder));
        using (DurableIndex index = DurableIndex.Open(folder))
        {
            Assert.Equal((25, 26L), (index.Recovery.FromSnapshot, index.Recovery.Replayed));
            AssertContent(index);
            index.Add(7, Fixtures.Vector(7));
            index.Checkpoint();
            index.Remove(7);
        }

        using DurableIndex again = DurableIndex.Open(folder);
        AssertContent(again);
    }

    private static void AssertContent(IVectorIndex index)
    {
        Assert.Equal((Fixtures.Count - 1, Fixtures.Dimension, Metric.L2), (index.Count, index.Dimension, index.Metric));
        float[] found = new float[Fixtures.Dimension];
        var nearest = new Neighbor[1];
        for (ulong id = 0; id < Fixtures.Count; id++)
        {
            Assert.Equal(id != 7, index.TryGetVector(id, found));
            if (id == 7)
                continue;
            Assert.Equal(Fixtures.Vector(id), found);
            Assert.Equal(1, index.Search(found, nearest, new SearchParameters { EfSearch = 100 }));
            Assert.Equal(new Neighbor(id, 0), nearest[0]);
        }
    }
}
