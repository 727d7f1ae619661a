using VisualSearch.Encoders.Media;

namespace VisualSearch.Tests;

/// <summary>Pictures that tests draw themselves: every number gives another one, the same on every machine.</summary>
public static class DrawnPictures
{
    /// <summary>Draws picture <paramref name="number"/> into a file; its ending names the format.</summary>
    public static string Draw(string path, int number, int size = 96)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        SvgRenderer.RenderToFile(Svg(number, size), path, size);
        return path;
    }

    /// <summary>Draws pictures 0 to <paramref name="count"/> - 1 as JPEG into a folder.</summary>
    public static void DrawMany(string folder, int count)
    {
        for (var i = 0; i < count; i++) Draw(Path.Combine(folder, $"{i:0000}.jpg"), i);
    }

    private static string Svg(int number, int size)
    {
        var random = new Random(number * 7919 + 17);
        var shapes = string.Concat(Enumerable.Range(0, 4).Select(_ => random.Next(2) == 0
            ? $"<circle cx='{random.Next(size)}' cy='{random.Next(size)}' r='{random.Next(size / 8, size / 3)}' fill='{Color(random)}'/>"
            : $"<rect x='{random.Next(size)}' y='{random.Next(size)}' width='{random.Next(size / 6, size / 2)}' height='{random.Next(size / 6, size / 2)}' fill='{Color(random)}'/>"));
        return $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {size} {size}'><rect width='{size}' height='{size}' fill='{Color(random)}'/>{shapes}</svg>";
    }

    private static string Color(Random random) => $"#{random.Next(1 << 24):x6}";
}
