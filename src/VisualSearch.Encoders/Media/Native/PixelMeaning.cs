namespace VisualSearch.Encoders.Media.Native;

/// <summary>libvips' numbers for how one band of a pixel is stored.</summary>
internal enum BandFormat
{
    UnsignedByte = 0,
    UnsignedShort = 2,
    Float = 6,
    Double = 8,
}

/// <summary>libvips' numbers for what the bands mean.</summary>
internal enum Interpretation
{
    Multiband = 0,
    BlackWhite = 1,
    Cmyk = 15,
    Srgb = 22,
    Rgb16 = 25,
    Grey16 = 26,
    ScRgb = 28,
}
