using System.Numerics;
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

        int stride = picture.Width * 3, first = left[0], length = left[width - 1] + 6 - first;
        Span<ushort> mixed = stackalloc ushort[length];
        for (int y = 0; y < height; y++)
        {
            double at = Math.Clamp(y0 + ((y + 0.5) * stepY) - 0.5, 0, picture.Height - 1.001);
            ReadOnlySpan<byte> upper = picture.Pixels.AsSpan(((int)at * stride) + first, length);
            MixRows(upper, picture.Pixels.AsSpan((((int)at + 1) * stride) + first, length), (ushort)((at - (int)at) * 256), mixed);
            Span<byte> row = target.Slice(y * width * 3, width * 3);
            for (int x = 0; x < width; x++)
            {
                uint across = (uint)weight[x], here = 256 - across;
                ReadOnlySpan<ushort> pair = mixed.Slice(left[x] - first, 6);
                Span<byte> pixel = row.Slice(x * 3, 3);
                pixel[2] = (byte)(((pair[2] * here) + (pair[5] * across) + 0x8000) >> 16);
                pixel[1] = (byte)(((pair[1] * here) + (pair[4] * across) + 0x8000) >> 16);
                pixel[0] = (byte)(((pair[0] * here) + (pair[3] * across) + 0x8000) >> 16);
            }
        }
    }

    /// <summary>Both rows weighted, times 256: at most 65,280, which an unsigned 16-bit number holds.</summary>
    private static void MixRows(ReadOnlySpan<byte> upper, ReadOnlySpan<byte> lower, ushort down, Span<ushort> mixed)
    {
        int at = 0;
        var up = (ushort)(256 - down);
        for (; at <= mixed.Length - Vector<byte>.Count; at += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(upper[at..]), out Vector<ushort> upperLow, out Vector<ushort> upperHigh);
            Vector.Widen(new Vector<byte>(lower[at..]), out Vector<ushort> lowerLow, out Vector<ushort> lowerHigh);
            ((upperLow * up) + (lowerLow * down)).CopyTo(mixed[at..]);
            ((upperHigh * up) + (lowerHigh * down)).CopyTo(mixed[(at + Vector<ushort>.Count)..]);
        }

        for (; at < mixed.Length; at++) mixed[at] = (ushort)((upper[at] * up) + (lower[at] * down));
    }

    /// <summary>Lays a cutout over a frame: its middle and width are shares of the whole scene.</summary>
    internal static void Lay(Cutout cutout, View view, double middleX, double middleY, double sceneWidth, int width, int height, Span<byte> target)
    {
        double wide = sceneWidth / view.Width * width, tall = wide * cutout.Height / cutout.Width;
        double start = ((middleX - view.X) / view.Width * width) + (width / 2.0) - (wide / 2);
        double top = ((middleY - view.Y) / view.Width * height) + (height / 2.0) - (tall / 2);
        int fromX = Math.Max(0, (int)Math.Ceiling(start)), toX = Math.Min(width, (int)Math.Floor(start + wide));
        int fromY = Math.Max(0, (int)Math.Ceiling(top)), toY = Math.Min(height, (int)Math.Floor(top + tall));
        if (fromX >= toX || fromY >= toY) return;
        double step = cutout.Width / wide;
        int stride = cutout.Width * 4;
        Span<int> left = stackalloc int[toX - fromX], weight = stackalloc int[toX - fromX];
        for (int x = fromX; x < toX; x++)
        {
            double at = Math.Clamp(((x + 0.5 - start) * step) - 0.5, 0, cutout.Width - 1.001);
            left[x - fromX] = (int)at * 4;
            weight[x - fromX] = (int)((at - (int)at) * 256);
        }

        for (int y = fromY; y < toY; y++)
        {
            double atY = Math.Clamp(((y + 0.5 - top) * step) - 0.5, 0, cutout.Height - 1.001);
            int down = (int)((atY - (int)atY) * 256);
            ReadOnlySpan<byte> upper = cutout.Pixels.AsSpan((int)atY * stride, stride), lower = cutout.Pixels.AsSpan(((int)atY + 1) * stride, stride);
            for (int x = fromX; x < toX; x++)
            {
                int from = left[x - fromX], across = weight[x - fromX];
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
