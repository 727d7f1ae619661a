using VisualSearch.Encoders.Media;

namespace VisualSearch.Encoders.Models.Registry;

/// <summary>The fixed pictures: some that formulas draw at any size, and one in a file, <c>golden.png</c>, which is part of this assembly.</summary>
internal static class GoldenPictures
{
    /// <summary>Name of the picture that is a file.</summary>
    public const string StoredName = "golden.png";

    /// <summary>Names of those that are drawn.</summary>
    public static IReadOnlyList<string> Names { get; } = ["gradient", "checkerboard", "disc", "hash"];

    /// <summary>Draws one.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="size">Side in pixels.</param>
    /// <returns>Null where the name is another.</returns>
    public static RgbPicture? Draw(string name, int size)
    {
        if (!Names.Contains(name))
        {
            return null;
        }

        byte[] pixels = new byte[3 * size * size];
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                (int red, int green, int blue) = Pixel(name, x, y);
                int at = 3 * ((y * size) + x);
                (pixels[at], pixels[at + 1], pixels[at + 2]) = ((byte)red, (byte)green, (byte)blue);
            }
        }

        return new RgbPicture(size, size, pixels);
    }

    /// <summary>The picture in a file, as its bytes.</summary>
    public static PictureSource Stored()
    {
        using Stream stream = typeof(GoldenPictures).Assembly.GetManifestResourceStream(StoredName)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return PictureSource.FromMemory(bytes, StoredName);
    }

    // The same as in models/training/export.py; a value beyond 255 goes round.
    private static (int Red, int Green, int Blue) Pixel(string name, int x, int y) => name switch
    {
        "gradient" => (4 * x, 4 * y, 2 * (x + y)),
        "checkerboard" => ((x / 8) + (y / 8)) % 2 == 0 ? (220, 40, 60) : (20, 120, 230),
        "disc" => ((x - 32) * (x - 32)) + ((y - 32) * (y - 32)) <= 400 ? (250, 210, 40) : (90, 160, 240),
        _ => (Hash(x, y, 0), Hash(x, y, 1), Hash(x, y, 2)),
    };

    private static int Hash(int x, int y, int channel) => ((37 * x) + (101 * y) + (59 * channel) + (x * y)) % 256;
}
