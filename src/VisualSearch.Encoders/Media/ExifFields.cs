using System.Globalization;
using VisualSearch.Encoders.Media.Native;

namespace VisualSearch.Encoders.Media;

/// <summary>Reads camera, date and place from the EXIF fields that libvips attaches to an image.</summary>
/// <remarks>
/// libvips gives each field as text, <c>VALUE (VALUE, TYPE, N components, M bytes)</c>, where VALUE is whatever the
/// camera wrote: fields may be absent, blank, zero or nonsense, and then count as not told.
/// </remarks>
internal static class ExifFields
{
    public static DateTime? TakenAt(VipsImage image) =>
        ParseDate(image.GetString("exif-ifd2-DateTimeOriginal"u8)) ?? ParseDate(image.GetString("exif-ifd2-DateTimeDigitized"u8));

    public static string? CameraMake(VipsImage image) => ParseText(image.GetString("exif-ifd0-Make"u8));

    public static string? CameraModel(VipsImage image) => ParseText(image.GetString("exif-ifd0-Model"u8));

    /// <summary>Degrees north and east, or null unless both are there and on the globe.</summary>
    public static (double Latitude, double Longitude)? Place(VipsImage image)
    {
        double? latitude = ParseAngle(image.GetString("exif-ifd3-GPSLatitude"u8), image.GetString("exif-ifd3-GPSLatitudeRef"u8), 'N', 'S', 90);
        double? longitude = ParseAngle(image.GetString("exif-ifd3-GPSLongitude"u8), image.GetString("exif-ifd3-GPSLongitudeRef"u8), 'E', 'W', 180);
        return latitude is { } north && longitude is { } east ? (north, east) : null;
    }

    /// <summary><c>2019:05:01 10:00:00 (…)</c>, also with dashes, as some editors write it.</summary>
    internal static DateTime? ParseDate(string? field)
    {
        string? text = ParseText(field);
        if (text is null)
            return null;
        string[] forms = ["yyyy:MM:dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-ddTHH:mm:ss", "yyyy:MM:dd HH:mm", "yyyy:MM:dd"];
        return DateTime.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime date) ? date : null;
    }

    /// <summary>The value before libvips' remark, trimmed; null when nothing is left.</summary>
    internal static string? ParseText(string? field)
    {
        if (field is null)
            return null;
        // The value may hold brackets itself ("NIKON (D90)"), so only the last group with libvips' own ending is cut.
        int remark = field.EndsWith("bytes)", StringComparison.Ordinal) ? field.LastIndexOf(", ", StringComparison.Ordinal) : -1;
        int open = remark < 0 ? -1 : OpeningOfRemark(field);
        string value = (open < 0 ? field : field[..open]).Trim(' ', '\0', '\t', '\r', '\n');
        return value.Length == 0 ? null : value;
    }

    /// <summary>
    /// The remark repeats the value, so the text is <c>V (V, TYPE, …)</c>: the opening bracket that makes both V's equal is
    /// the right one. Long values are cut in the repetition, hence only a common start is asked for.
    /// </summary>
    private static int OpeningOfRemark(string field)
    {
        for (int open = field.IndexOf(" (", StringComparison.Ordinal); open >= 0; open = field.IndexOf(" (", open + 1, StringComparison.Ordinal))
        {
            ReadOnlySpan<char> value = field.AsSpan(0, open).TrimEnd();
            ReadOnlySpan<char> repeated = field.AsSpan(open + 2);
            int compared = Math.Min(value.Length, 16);
            if (repeated.StartsWith(value[..compared], StringComparison.Ordinal) && repeated.Length > value.Length)
                return open;
        }

        return field.IndexOf(" (", StringComparison.Ordinal);
    }

    /// <summary>Three fractions, degrees minutes seconds: <c>51/1 30/1 1234/100 (…)</c>.</summary>
    internal static double? ParseAngle(string? field, string? reference, char positive, char negative, double limit)
    {
        int remark = field?.IndexOf('(', StringComparison.Ordinal) ?? -1;
        string? text = remark < 0 ? field : field![..remark];
        string[] parts = text?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (parts.Length != 3 || ParseText(reference) is not { } side)
            return null;

        double angle = 0;
        double unit = 1;
        foreach (string part in parts)
        {
            if (ParseFraction(part) is not { } number)
                return null;
            angle += number / unit;
            unit *= 60;
        }

        char letter = char.ToUpperInvariant(side[0]);
        if (angle > limit || (letter != positive && letter != negative))
            return null;
        return letter == negative ? -angle : angle;
    }

    private static double? ParseFraction(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        ReadOnlySpan<char> above = slash < 0 ? text : text.AsSpan(0, slash);
        ReadOnlySpan<char> below = slash < 0 ? "1" : text.AsSpan(slash + 1);
        bool read = double.TryParse(above, NumberStyles.Float, CultureInfo.InvariantCulture, out double numerator)
            & double.TryParse(below, NumberStyles.Float, CultureInfo.InvariantCulture, out double denominator);
        return read && denominator > 0 && numerator >= 0 ? numerator / denominator : null;
    }
}
