namespace VisualSearch.Encoders.Media;

/// <summary>Which part of the stored picture is decoded, at what shrink, to what size; worked out before any pixel is.</summary>
/// <param name="Region">Part of the stored picture at full size.</param>
/// <param name="Shrink">What the decoder divides by: 1, 2, 4 or 8.</param>
/// <param name="Width">Width of the resized region, stored orientation.</param>
/// <param name="Height">Height of the resized region, stored orientation.</param>
internal readonly record struct ResizePlan(PixelBox Region, int Shrink, int Width, int Height)
{
    /// <summary>
    /// Beyond this ratio of sides a centre crop looks only at the middle: a strip of 60,000 × 20 pixels would otherwise
    /// be enlarged to 224 times its 3,000-fold width.
    /// </summary>
    private const int MaxAspect = 4;

    /// <summary>
    /// What a shrinking decoder must leave of the wanted size, for the kernel to work on. At 64 pixels, 500-pixel
    /// photographs differ from the reference by 2.8 of 255 with 1, 1.5 with 1.5 and 1.2 with 2, at the same rate: reading
    /// the JPEG's bits takes most of the time, and that isn't saved by shrinking.
    /// </summary>
    private const int Headroom = 2;

    /// <summary>Plans for a square input.</summary>
    public static ResizePlan ForFit(EncodedPicture picture, PictureFit fit, CropBox? crop)
    {
        PixelBox region = picture.Orientation.ToStored(crop, picture.StoredWidth, picture.StoredHeight);
        if (fit.Rule == ResizeRule.CenterCrop)
            region = LimitAspect(region);
        (int width, int height) = SidesFor(region.Width, region.Height, fit);
        int shrink = fit.Quality == ResizeQuality.Fast && picture.ShrinksOnLoad ? ShrinkFor(region, width, height) : 1;
        return new ResizePlan(region, shrink, width, height);
    }

    /// <summary>Plans for a picture whose longer side is at most <paramref name="maxSide"/>; nothing is enlarged.</summary>
    public static ResizePlan ForThumbnail(EncodedPicture picture, int maxSide, CropBox? crop)
    {
        PixelBox region = picture.Orientation.ToStored(crop, picture.StoredWidth, picture.StoredHeight);
        double scale = Math.Min(1.0, (double)maxSide / Math.Max(region.Width, region.Height));
        int width = Math.Max(1, (int)Math.Round(region.Width * scale));
        int height = Math.Max(1, (int)Math.Round(region.Height * scale));
        int shrink = picture.ShrinksOnLoad ? ShrinkFor(region, width, height) : 1;
        return new ResizePlan(region, shrink, width, height);
    }

    /// <summary>The size to which a picture is resized before its middle is cut out.</summary>
    public static (int Width, int Height) SidesFor(int width, int height, PictureFit fit)
    {
        if (fit.Rule != ResizeRule.CenterCrop)
            return (fit.Size, fit.Size);
        // Truncated, as torchvision's Resize does: int(size * longer / shorter).
        return width < height ? (fit.Size, (int)((long)fit.Size * height / width)) : ((int)((long)fit.Size * width / height), fit.Size);
    }

    private static int ShrinkFor(PixelBox region, int width, int height)
    {
        double spare = Math.Min((double)region.Width / width, (double)region.Height / height) / Headroom;
        return spare switch
        {
            >= 8 => 8,
            >= 4 => 4,
            >= 2 => 2,
            _ => 1,
        };
    }

    private static PixelBox LimitAspect(PixelBox region)
    {
        if (region.Width > (long)region.Height * MaxAspect)
        {
            int width = region.Height * MaxAspect;
            return region with { X = region.X + (region.Width - width) / 2, Width = width };
        }

        if (region.Height > (long)region.Width * MaxAspect)
        {
            int height = region.Width * MaxAspect;
            return region with { Y = region.Y + (region.Height - height) / 2, Height = height };
        }

        return region;
    }
}
