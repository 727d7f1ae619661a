using VisualSearch.Encoders.Media.Native;

namespace VisualSearch.Encoders.Media;

/// <summary>Brings any colours that a loader gives (grey, 16-bit, CMYK, wide gamut, transparent) to 8-bit sRGB.</summary>
internal static class SrgbColors
{
    /// <summary>Puts a transparent picture on white. Before resizing, so that hidden colours don't bleed into edges.</summary>
    public static VipsImage Flatten(VipsImage image)
    {
        if (!image.HasAlpha)
            return image;
        double white = image.Interpretation switch
        {
            // No ink.
            Interpretation.Cmyk => 0,
            Interpretation.ScRgb => 1,
            Interpretation.Grey16 or Interpretation.Rgb16 => ushort.MaxValue,
            _ => image.Format == BandFormat.UnsignedShort ? ushort.MaxValue : byte.MaxValue,
        };
        using var operation = VipsOperation.New("flatten"u8).Set("in"u8, image).Set("background"u8, [white]);
        return operation.Run();
    }

    /// <summary>Converts by the embedded profile where there is a usable one, else by what the bands mean.</summary>
    /// <param name="image">An image without transparency.</param>
    /// <param name="useProfile">False to pass over the profile of RGB and grey pictures; ink is always converted.</param>
    public static VipsImage Convert(VipsImage image, bool useProfile)
    {
        VipsImage converted = image;
        if ((useProfile || image.Interpretation == Interpretation.Cmyk) && NeedsProfile(image))
            converted = ByProfile(image) ?? image;
        if (IsPlain(converted))
            return converted;

        using VipsImage? replaced = ReferenceEquals(converted, image) ? null : converted;
        using var operation = VipsOperation.New("colourspace"u8).Set("in"u8, converted).Set("space"u8, (int)Interpretation.Srgb);
        VipsImage srgb = operation.Run();
        if (IsPlain(srgb))
            return srgb;
        using (srgb)
            return FirstThreeBands(srgb);
    }

    private static bool IsPlain(VipsImage image) =>
        image.Interpretation == Interpretation.Srgb && image.Bands == 3 && image.Format == BandFormat.UnsignedByte;

    private static bool NeedsProfile(VipsImage image) =>
        image.GetBlob("icc-profile-data"u8) is { IsEmpty: false } profile && !(image.Bands == 3 && IccProfile.IsSrgb(profile));

    private static VipsImage? ByProfile(VipsImage image)
    {
        try
        {
            using var operation = VipsOperation.New("icc_transform"u8)
                .Set("in"u8, image)
                .Set("output-profile"u8, "srgb")
                .Set("embedded"u8, true);
            if (image.Interpretation == Interpretation.Cmyk)
                operation.Set("input-profile"u8, "cmyk");
            return operation.Run();
        }
        catch (VipsException)
        {
            // A damaged profile, or one for other bands (an RGB profile in a grey picture): the pixels themselves are
            // fine, and every viewer shows them without the profile.
            return null;
        }
    }

    private static VipsImage FirstThreeBands(VipsImage image)
    {
        if (image.Bands < 3 || image.Format != BandFormat.UnsignedByte)
            throw new VipsException($"{image.Bands} bands of {image.Format} can't be shown as colours");
        using var operation = VipsOperation.New("extract_band"u8).Set("in"u8, image).Set("band"u8, 0).Set("n"u8, 3);
        return operation.Run();
    }
}
