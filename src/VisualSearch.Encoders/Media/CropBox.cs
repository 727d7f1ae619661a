using System.Globalization;

namespace VisualSearch.Encoders.Media;

/// <summary>A part of a picture, in fractions of the upright picture (0 to 1, origin at the top left).</summary>
/// <remarks>Make one with <see cref="Create"/> or <see cref="Parse"/>, which check that it lies inside the picture.</remarks>
public readonly record struct CropBox
{
    private CropBox(double x, double y, double width, double height) => (X, Y, Width, Height) = (x, y, width, height);

    /// <summary>Left edge, 0 to 1.</summary>
    public double X { get; }

    /// <summary>Top edge, 0 to 1.</summary>
    public double Y { get; }

    /// <summary>Width, above 0, at most 1.</summary>
    public double Width { get; }

    /// <summary>Height, above 0, at most 1.</summary>
    public double Height { get; }

    /// <summary>Makes a box, checking that it lies inside the picture.</summary>
    /// <param name="x">Left edge, 0 to 1.</param>
    /// <param name="y">Top edge, 0 to 1.</param>
    /// <param name="width">Width, above 0; <c>x + width</c> at most 1.</param>
    /// <param name="height">Height, above 0; <c>y + height</c> at most 1.</param>
    /// <exception cref="ArgumentException">The box isn't inside the picture; the message has the numbers.</exception>
    public static CropBox Create(double x, double y, double width, double height)
    {
        // A box dragged to the very edge of a page arrives as 0.7 + 0.3000000001; that much is forgiven and cut off.
        const double tolerance = 1e-6;
        bool inside = x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= 1 + tolerance && y + height <= 1 + tolerance;
        if (!inside || x >= 1 || y >= 1)
        {
            throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"The crop {x},{y},{width},{height} isn't inside the picture: x, y, width and height are fractions of it, with x + width and y + height at most 1."));
        }

        return new CropBox(x, y, Math.Min(width, 1 - x), Math.Min(height, 1 - y));
    }

    /// <summary>Reads <c>x,y,width,height</c>, such as <c>0.25,0,0.5,1</c>.</summary>
    /// <param name="text">Four numbers with a decimal point, separated by commas.</param>
    /// <exception cref="ArgumentException">There aren't four numbers, or the box isn't inside the picture.</exception>
    public static CropBox Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        Span<double> numbers = stackalloc double[4];
        bool four = parts.Length == 4;
        for (int i = 0; four && i < 4; i++)
            four = double.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]);
        return four
            ? Create(numbers[0], numbers[1], numbers[2], numbers[3])
            : throw new ArgumentException($"\"{text}\" isn't a crop; write x,y,width,height as fractions, for example 0.25,0.25,0.5,0.5.");
    }

    /// <summary>The form that <see cref="Parse"/> reads.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{X},{Y},{Width},{Height}");
}
