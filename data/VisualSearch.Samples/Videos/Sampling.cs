using VisualSearch.Encoders.Media;

namespace VisualSearch.Samples.Videos;

/// <summary>Bilinear sampling in 8-bit fixed point: a window of a picture into a frame, and a cutout over it.</summary>
internal static class Sampling
{
    /// <summary>Fills a frame with the part of the picture that the view shows.</summary>
    internal static void Window(RgbPicture picture, View view, int width, int height, Span<byte> target)
    {
        Span<int> left = stackalloc int[width], weight = stackalloc int[width];
        double x0 = (view.X - (view.Width / 2)) * picture.Width, stepX = view.Width * picture.Width / width;
        double y0 = (view.Y - (view.Width / 2)) * picture.Height, stepY = view.Width * picture.Height / height;
        for (int x = 0; x < width; x++)
        {
            double at = Math.Clamp(x0 + ((x + 0.5) * stepX) - 0.5, 0, picture.Width - 1.001);
            left[x] = (int)at * 3;
            weight[x] = (int)((at - (int)at) * 256);
        }

        int stride = picture.Width * 3;
        for (int y = 0; y < height; y++)
        {
            double at = Math.Clamp(y0 + ((y + 0.5) * stepY) - 0.5, 0, picture.Height - 1.001);
            int down = (int)((at - (int)at) * 256);
            ReadOnlySpan<byte> upper = picture.Pixels.AsSpan((int)at * stride, stride), lower = picture.Pixels.AsSpan(((int)at + 1) * stride, stride);
            Span<byte> row = target.Slice(y * width * 3, width * 3);
            for (int x = 0; x < width; x++)
            {
                int from = left[x], across = weight[x];
                for (int channel = 0; channel < 3; channel++)
                {
                    int top = (upper[from + channel] << 8) + ((upper[from + 3 + channel] - upper[from + channel]) * across);
                    int bottom = (lower[from + channel] << 8) + ((lower[from + 3 + channel] - lower[from + channel]) * across);
                    row[(x * 3) + channel] = (byte)(((top << 8) + ((bottom - top) * down) + 0x8000) >> 16);
                }
            }
        }
    }

    /// <summary>Lays a cutout over a frame: its middle and width are shares of the whole scene.</summary>
    internal static void Lay(Cutout cutout, View view, double middleX, double middleY, double sceneWidth, int width, int height, Span<byte> target)
    {
        double wide = sceneWidth / view.Width * width, tall = wide * cutout.Height / cutout.Width;
        double left = ((middleX - view.X) / view.Width * width) + (width / 2.0) - (wide / 2);
        double top = ((middleY - view.Y) / view.Width * height) + (height / 2.0) - (tall / 2);
        int fromX = Math.Max(0, (int)Math.Ceiling(left)), toX = Math.Min(width, (int)Math.Floor(left + wide));
        int fromY = Math.Max(0, (int)Math.Ceiling(top)), toY = Math.Min(height, (int)Math.Floor(top + tall));
        double step = cutout.Width / wide;
        int stride = cutout.Width * 4;
        for (int y = fromY; y < toY; y++)
        {
            double atY = Math.Clamp(((y + 0.5 - top) * step) - 0.5, 0, cutout.Height - 1.001);
            int down = (int)((atY - (int)atY) * 256);
            ReadOnlySpan<byte> upper = cutout.Pixels.AsSpan((int)atY * stride, stride), lower = cutout.Pixels.AsSpan(((int)atY + 1) * stride, stride);
            for (int x = fromX; x < toX; x++)
            {
                double atX = Math.Clamp(((x + 0.5 - left) * step) - 0.5, 0, cutout.Width - 1.001);
                int from = (int)atX * 4, across = (int)((atX - (int)atX) * 256);
                int alpha = At(upper, lower, from + 3, across, down);
                if (alpha == 0) continue;
                int pixel = ((y * width) + x) * 3;
                for (int channel = 0; channel < 3; channel++)
                {
                    int under = target[pixel + channel] * (255 - alpha) / 255;
                    target[pixel + channel] = (byte)Math.Min(255, under + At(upper, lower, from + channel, across, down));
                }
            }
        }
    }

    private static int At(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, int from, int across, int down)
    {
        int top = (upper[from] << 8) + ((upper[from + 4] - upper[from]) * across), bottom = (lower[from] << 8) + ((lower[from + 4] - lower[from]) * across);
        return ((top << 8) + ((bottom - top) * down) + 0x8000) >> 16;
    }
}
