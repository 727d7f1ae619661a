using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Regions;
using static VisualSearch.Tests.Regions.RegionSamples;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Regions;

/// <summary>The files that a folder keeps parts of pictures in: taken up by servers, left by a kill, damaged and dropped. What every store does is in <see cref="RegionStoreTests"/>.</summary>
public sealed class RegionBuildTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_server_that_runs_takes_up_what_another_process_builds()
    {
        using EmbeddedStore store = Filled(folder["c"], 30);
        using EmbeddedStore reader = EmbeddedStore.Open(folder["c"], StoreAccess.Read);
        Assert.Equal(0, reader.RegionPictures);
        Assert.Equal(30, Build(RegionBuild.Begin(folder["c"])));
        Thread.Sleep(600);      // a store looks for what others built twice a second
        Assert.Equal(30, reader.RegionPictures);
        Assert.Equal(ItemOf(reader, 3), Find(reader, 3)[0].ItemId);
    }

    [Fact]
    public void A_build_that_was_killed_goes_on_where_it_was()
    {
        Filled(folder["c"], 30).Dispose();
        using (RegionBuild build = RegionBuild.Begin(folder["c"]))
        {
            Write(build, build.Missing().Take(12));
            CopyAsIfKilled(folder["c"], folder["killed"]);
        }

        using (RegionBuild again = RegionBuild.Begin(folder["killed"]))
        {
            Assert.Equal((12, 18), (again.Count, again.Missing().Count));
            Write(again, again.Missing());
            // Killed once more, after all was written and before it was indexed.
            CopyAsIfKilled(folder["killed"], folder["twice"]);
        }

        using (RegionBuild last = RegionBuild.Begin(folder["twice"]))
        {
            Assert.Empty(last.Missing());
            Assert.Equal(0, last.Finish());
        }

        using EmbeddedStore reader = EmbeddedStore.Open(folder["twice"], StoreAccess.Read);
        for (int number = 0; number < 30; number++)
            Assert.Equal(ItemOf(reader, number), Find(reader, number)[0].ItemId);
    }

    [Fact]
    public void Damaged_or_dropped_files_are_as_if_there_were_none()
    {
        Filled(folder["data", "collections", "c"], 10).Dispose();
        var directory = new CollectionDirectory(folder["data"]);
        using (RegionBuild build = directory.BeginRegions("c"))
        {
            Write(build, build.Missing());
            build.Finish();
        }

        string index = folder["data", "collections", "c", "regions-1.hnsw"];
        byte[] bytes = File.ReadAllBytes(index);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(index, bytes);
        using (EmbeddedStore reader = directory.Open("c", StoreAccess.Read))
            Assert.Equal(0, reader.RegionPictures);
        using (RegionBuild build = directory.BeginRegions("c"))
        {
            Assert.Empty(build.Missing());
            build.Finish();
        }

        using (EmbeddedStore reader = directory.Open("c", StoreAccess.Read))
            Assert.Equal(10, reader.RegionPictures);
        Assert.True(directory.DropRegions("c") > 0);
        Assert.Equal(0, directory.DropRegions("c"));
        using EmbeddedStore dropped = directory.Open("c", StoreAccess.Read);
        Assert.Throws<RegionsMissingException>(() => Find(dropped, 1));
    }
}
