using VisualSearch.Encoders.Media;
using VisualSearch.Samples;

namespace VisualSearch.Bench;

/// <summary>The pictures that benchmarks work on, made once and kept under artifacts/bench.</summary>
internal static class BenchFiles
{
    public static string Repository { get; } = FindRepository();

    public static string Root { get; } = Path.Combine(Repository, "artifacts", "bench");

    /// <summary>A folder with the given folder's pictures repeated under new names until there are <paramref name="count"/>.</summary>
    public static string Repeat(string folder, int count)
    {
        var sources = Directory.GetFiles(folder).Where(PictureReader.IsPictureFile).Order(StringComparer.Ordinal).ToArray();
        if (sources.Length == 0) throw new InvalidOperationException($"There are no pictures in {folder}.");
        var target = Path.Combine(Root, $"repeated-{count}");
        if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
        Directory.CreateDirectory(target);
        for (var i = 0; i < count; i++)
        {
            File.Copy(sources[i % sources.Length], Path.Combine(target, $"{i:000000}-{Path.GetFileName(sources[i % sources.Length])}"));
        }

        return target;
    }

    /// <summary>A folder of generated sample pictures.</summary>
    public static string Samples(int count, int size)
    {
        var folder = Path.Combine(Root, $"samples-{count}-{size}");
        SampleGenerator.Make(new SampleOptions { Count = count, Size = size, Seed = 77, Out = folder });
        return Path.Combine(folder, "pictures");
    }

    /// <summary>A folder that did not exist before.</summary>
    public static string Fresh(string name)
    {
        var folder = Path.Combine(Root, name);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        return Directory.CreateDirectory(folder).FullName;
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "VisualSearch.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException($"VisualSearch.sln is in no folder above {AppContext.BaseDirectory}.");
    }
}
