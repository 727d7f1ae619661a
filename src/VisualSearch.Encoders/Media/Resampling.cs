using VisualSearch.Encoders.Media.Native;

namespace VisualSearch.Encoders.Media;

/// <summary>Turns a stored picture into upright 8-bit sRGB pixels of the planned size: cut, flatten, resize, colours, turn.</summary>
/// <remarks>Each step only describes pixels; asking for them at the end pulls them through all steps, strip by strip.</remarks>
internal static class Resampling
{
    private const int KernelLinear = 1;
    private const int KernelCubic = 2;
    private const int KernelLanczos3 = 5;

    /// <summary>Averages blocks of pixels first and leaves the last factor of 2 to the kernel.</summary>
    private const double PreShrinkGap = 2;

    /// <summary>Of a decoded frame; a thousand times what it takes, so that only a stuck machine comes to it.</summary>
    private static readonly TimeSpan LongestResize = TimeSpan.FromMinutes(1);

    /// <summary>libvips refuses kernels of more than 2,000 points, which is a reduction by about 500; such strips are averaged first.</summary>
    private const double MaxReduction = 400;

    /// <summary>For an encoder's input. Without pre-shrink the cubic kernel is Pillow's <c>BICUBIC</c>, the linear one its <c>BILINEAR</c>.</summary>
    public static RgbPicture ForInput(EncodedPicture picture, ResizePlan plan, ResizeQuality quality, ResizeKernel weights)
    {
        int kernel = weights == ResizeKernel.Linear ? KernelLinear : KernelCubic;
        return quality == ResizeQuality.Reference
            ? Resample(picture, plan, kernel, gap: 0, useProfile: false)
            : Resample(picture, plan, kernel, gap: PreShrinkGap, useProfile: true);
    }

    /// <summary>For people to look at: the sharper kernel.</summary>
    public static RgbPicture ForThumbnail(EncodedPicture picture, ResizePlan plan) =>
        Resample(picture, plan, KernelLanczos3, gap: PreShrinkGap, useProfile: true);

    /// <summary>Pixels that are upright sRGB already, such as a frame of a video, at the planned size.</summary>
    public static unsafe RgbPicture ForInput(RgbPicture picture, int width, int height, ResizeQuality quality, ResizeKernel weights)
    {
        fixed (byte* pixels = picture.Pixels)
        {
            using VipsImage image = VipsImage.FromPinned(pixels, picture.Width, picture.Height, 3);
            int kernel = weights == ResizeKernel.Linear ? KernelLinear : KernelCubic;
            VipsImage resized = Resize(image, width, height, kernel, quality == ResizeQuality.Reference ? 0 : PreShrinkGap);
            try
            {
                return new RgbPicture(width, height, resized.ToArray(VipsDeadline.After(LongestResize)));
            }
            finally
            {
                if (!ReferenceEquals(resized, image))
                    resized.Dispose();
            }
        }
    }

    private static RgbPicture Resample(EncodedPicture picture, ResizePlan plan, int kernel, double gap, bool useProfile)
    {
        VipsImage image = picture.Decode(plan.Shrink);
        try
        {
            image = Replace(image, Cut(image, plan));
            image = Replace(image, SrgbColors.Flatten(image));
            image = Replace(image, Resize(image, plan.Width, plan.Height, kernel, gap));
            image = Replace(image, SrgbColors.Convert(image, useProfile));
            return picture.Orientation.Turn(new RgbPicture(image.Width, image.Height, image.ToArray(picture.Deadline)));
        }
        finally
        {
            image.Dispose();
        }
    }

    private static VipsImage Replace(VipsImage before, VipsImage after)
    {
        if (!ReferenceEquals(before, after))
            before.Dispose();
        return after;
    }

    private static VipsImage Cut(VipsImage image, ResizePlan plan)
    {
        // A decoder that shrinks rounds sides up, so the last column and row may stand for less than a whole one.
        int left = Math.Min(plan.Region.X / plan.Shrink, image.Width - 1);
        int top = Math.Min(plan.Region.Y / plan.Shrink, image.Height - 1);
        int right = Math.Clamp(DivideUp(plan.Region.X + plan.Region.Width, plan.Shrink), left + 1, image.Width);
        int bottom = Math.Clamp(DivideUp(plan.Region.Y + plan.Region.Height, plan.Shrink), top + 1, image.Height);
        if (left == 0 && top == 0 && right == image.Width && bottom == image.Height)
            return image;
        using var operation = VipsOperation.New("extract_area"u8)
            .Set("input"u8, image)
            .Set("left"u8, left)
            .Set("top"u8, top)
            .Set("width"u8, right - left)
            .Set("height"u8, bottom - top);
        return operation.Run();
    }

    private static VipsImage Resize(VipsImage image, int width, int height, int kernel, double gap)
    {
        int shrunkWidth = Math.Min(width, image.Width);
        int shrunkHeight = Math.Min(height, image.Height);
        double reduction = Math.Max((double)image.Width / shrunkWidth, (double)image.Height / shrunkHeight);
        VipsImage resized = image;
        if (shrunkWidth < image.Width || shrunkHeight < image.Height)
        {
            using var operation = VipsOperation.New("resize"u8)
                .Set("in"u8, image)
                .Set("scale"u8, (double)shrunkWidth / image.Width)
                .Set("vscale"u8, (double)shrunkHeight / image.Height)
                .Set("kernel"u8, kernel)
                .Set("gap"u8, reduction > MaxReduction ? PreShrinkGap : gap);
            resized = operation.Run();
        }

        if (resized.Width < width || resized.Height < height)
        {
            VipsImage enlarged = Enlarge(resized, width, height, kernel);
            if (!ReferenceEquals(resized, image))
                resized.Dispose();
            resized = enlarged;
        }

        if (resized.Width != width || resized.Height != height)
        {
            using (resized)
                throw new VipsException($"resizing gave {resized.Width} x {resized.Height} where {width} x {height} was asked");
        }

        return resized;
    }

    /// <summary>
    /// Enlarges so that the pictures' edges coincide, as Pillow does. libvips 8.14's own resize aligns pixel (0, 0) with the
    /// source's edge instead and so moves the picture by up to half a pixel (4.2 of 255 off Pillow, measured; this: 0.05).
    /// </summary>
    private static VipsImage Enlarge(VipsImage image, int width, int height, int kernel)
    {
        const int extendCopy = 1;
        double across = (double)width / image.Width;
        double down = (double)height / image.Height;
        using VipsInterpolate bicubic = VipsInterpolate.Create(kernel == KernelLinear ? "bilinear"u8 : "bicubic"u8);
        using var operation = VipsOperation.New("affine"u8)
            .Set("in"u8, image)
            .Set("matrix"u8, [across, 0, 0, down])
            .Set("interpolate"u8, bicubic)
            .Set("idx"u8, 0.5)
            .Set("idy"u8, 0.5)
            .Set("odx"u8, -0.5)
            .Set("ody"u8, -0.5)
            .SetInts("oarea"u8, [0, 0, width, height])
            .Set("extend"u8, extendCopy);
        return operation.Run();
    }

    private static int DivideUp(int value, int divisor) => (value + divisor - 1) / divisor;
}
