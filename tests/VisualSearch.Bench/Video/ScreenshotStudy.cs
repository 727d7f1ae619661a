using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Native;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Encoders.Models;
using VisualSearch.Search;
using VisualSearch.Search.Stores;

namespace VisualSearch.Bench.Video;

/// <summary>Shares of screenshots whose first result is right.</summary>
/// <param name="Screenshots">How many were searched with.</param>
/// <param name="Video">The right video.</param>
/// <param name="Moment">The right video, and a moment that begins and ends within 2 s of the screenshot or around it.</param>
/// <param name="Start">The right video, and the player starts within 2 s of it.</param>
internal sealed record ScreenshotRow(int Screenshots, double Video, double Moment, double Start);

/// <summary>Question: does a screenshot at a random time, a fifth of its sides cropped away and saved with JPEG quality 50, find its video and moment?</summary>
internal static class ScreenshotStudy
{
    private const int PerFilm = 20, Quality = 50;
    private const double Keep = 0.8, Near = 2;

    public static ScreenshotRow Run(IStore store, DualEncoder encoder, IReadOnlyList<string> films)
    {
        var random = new Random(20);
        var pipeline = new SearchPipeline(store, encoder);
        var (asked, video, moment, start) = (0, 0, 0, 0);
        foreach (var film in films)
        {
            var length = Ffmpeg.Seconds(film);
            for (var i = 0; i < PerFilm; i++, asked++)
            {
                var seconds = random.NextDouble() * (length - 0.2);
                var picture = new PictureReader().Read(PictureSource.FromMemory(Screenshot(film, seconds), "screenshot"), encoder.Manifest.Fit);
                var best = pipeline.Search(new SearchQuery { PictureVector = encoder.EncodePicture(picture), K = 1 }).Results[0];
                if (best.Asset.Path != film) continue;
                video++;
                if (seconds >= best.Item.Start - Near && seconds <= best.Item.End + Near) moment++;
                if (Math.Abs((best.Moment ?? best.Item.Start!.Value) - seconds) <= Near) start++;
            }
        }

        return new ScreenshotRow(asked, (double)video / asked, (double)moment / asked, (double)start / asked);
    }

    private static unsafe byte[] Screenshot(string film, double seconds)
    {
        var frame = MomentReader.ReadFrame(film, seconds, new FrameRequest { ShortSide = 1080, LongSide = 1920 });
        var (width, height) = ((int)(frame.Width * Keep), (int)(frame.Height * Keep));
        _ = Vips.Version;       // starts the library
        fixed (byte* pixels = frame.Pixels)
        {
            using var whole = VipsImage.FromPinned(pixels, frame.Width, frame.Height, 3);
            using var crop = VipsOperation.New("extract_area"u8).Set("input"u8, whole)
                .Set("left"u8, (frame.Width - width) / 2).Set("top"u8, (frame.Height - height) / 2).Set("width"u8, width).Set("height"u8, height);
            using var middle = crop.Run();
            using var save = VipsOperation.New("jpegsave_buffer"u8).Set("in"u8, middle).Set("Q"u8, Quality);
            return save.RunToBytes();
        }
    }
}
