using System.Diagnostics;
using VisualSearch.Ann;
using VisualSearch.Ann.Storage.Durable;

namespace VisualSearch.Tests.Ann.Durable;

/// <summary>Vectors whose every number follows from id and version, so that a torn, stale or foreign one is known at a glance.</summary>
internal static class Written
{
    public const int Dimension = 8;

    public static readonly HnswOptions Graph = new() { M = 8, EfConstruction = 40, EfSearch = 64 };

    public static float[] Vector(ulong id, int version)
    {
        // Every number lies between 0 and 255: one that outgrows the others would leave the graph a line to walk on.
        float[] vector = new float[Dimension];
        (vector[0], vector[1], vector[2], vector[3]) = (id % 256, version & 255, (version >> 8) & 255, version >> 16);
        for (int i = 4; i < Dimension; i++)
            vector[i] = (((long)id * 31) + (version * 17L) + (i * i * 43)) % 251;
        return vector;
    }

    /// <summary>The version that an index holds of an id, or null. Fails when the vector is none that was ever written.</summary>
    public static int? Version(IVectorIndex index, ulong id)
    {
        float[] found = new float[Dimension];
        if (!index.TryGetVector(id, found))
            return null;
        int version = (int)found[1] | ((int)found[2] << 8) | ((int)found[3] << 16);
        Assert.Equal(Vector(id, version), found);
        return version;
    }

    /// <summary>That an index holds exactly these versions, and finds what it holds.</summary>
    public static void AssertHolds(DurableIndex index, IReadOnlyDictionary<ulong, int> expected, int searches = int.MaxValue)
    {
        Assert.Equal(expected.Count, index.Count);
        var nearest = new Neighbor[1];
        foreach ((ulong id, int version) in expected)
        {
            Assert.Equal(version, Version(index, id));
            if (searches-- <= 0)
                continue;
            Assert.Equal(1, index.Search(Vector(id, version), nearest, new SearchParameters { EfSearch = expected.Count }));
            Assert.Equal(new Neighbor(id, 0), nearest[0]);
        }
    }

    public static DurableIndex Open(string folder, DurableIndexOptions? options = null) =>
        DurableIndex.OpenOrCreate(folder, Dimension, Metric.L2, Graph, options ?? new DurableIndexOptions { Durability = Durability.Process });

    public static void Copy(string folder, string destination)
    {
        if (Directory.Exists(destination))
            Directory.Delete(destination, recursive: true);
        Directory.CreateDirectory(destination);
        foreach (string file in Directory.EnumerateFiles(folder))
        {
            if (Path.GetFileName(file) != "LOCK")
                File.Copy(file, Path.Combine(destination, Path.GetFileName(file)));
        }
    }

    /// <summary>Starts the test assembly as a program of its own.</summary>
    public static Process Start(params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "VisualSearch.Tests.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    /// <summary>Where the records of a log begin, and its end.</summary>
    public static List<long> RecordStarts(string log)
    {
        using LogReader reader = LogReader.Open(log);
        List<long> starts = [LogFormat.PageBytes];
        while (reader.TryRead(starts[^1], 0, out LogRecord record, out _))
            starts.Add(starts[^1] + record.Bytes.Length);
        return starts;
    }
}
