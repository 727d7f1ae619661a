using System.Globalization;

namespace VisualSearch.Encoders.Media.Video;

/// <summary>The command lines that ffmpeg is started with.</summary>
internal static class FfmpegArguments
{
    /// <summary>From here on a decoder gets few threads, since each holds a frame: 8K 10-bit frames take 100 MB.</summary>
    private const long ManyPixels = 12_000_000;

    /// <summary>A stream of raw frames whose times are written to standard error by <paramref name="stampFilter"/>.</summary>
    public static List<string> Frames(
        VideoFile file, VideoInfo info, FrameRequest request, VideoLimits limits, string stampFilter, string frameTimesOption)
    {
        List<string> arguments = Input(file, limits, "info");
        AddDecoder(arguments, info, limits);
        if (request.KeyFramesOnly)
            arguments.AddRange(["-discard", "nokey", "-skip_frame", "nokey"]);
        arguments.AddRange(["-t", Number(limits.MaxDurationSeconds), "-i", file.Url]);
        string rate = Number(request.FramesPerSecond);
        string select = $"select='isnan(prev_selected_t)+not(eq(floor(t*{rate}),floor(prev_selected_t*{rate})))',";
        // Without its checksums: they cost as much as a quarter of the scaling.
        AddOutput(arguments, info, request, select, $",{stampFilter}=checksum=0", frameTimesOption);
        return arguments;
    }

    /// <summary>One raw frame: the one on the screen at a time, or the first after it.</summary>
    public static List<string> Moment(
        VideoFile file, VideoInfo info, FrameRequest request, VideoLimits limits, double seconds, string frameTimesOption)
    {
        List<string> arguments = Input(file, limits, "error");
        AddDecoder(arguments, info, limits);
        arguments.AddRange(["-ss", Number(seconds), "-i", file.Url, "-frames:v", "1"]);
        AddOutput(arguments, info, request, "", "", frameTimesOption);
        return arguments;
    }

    /// <summary>A subtitle track as WebVTT.</summary>
    public static List<string> Subtitles(VideoFile file, int stream, VideoLimits limits)
    {
        List<string> arguments = Input(file, limits, "error");
        arguments.AddRange(["-i", file.Url, "-map", $"0:{stream}", "-c:s", "webvtt", "-f", "webvtt", "pipe:1"]);
        return arguments;
    }

    private static List<string> Input(VideoFile file, VideoLimits limits, string level) =>
    [
        "-hide_banner", "-nostdin", "-nostats", "-loglevel", $"repeat+level+{level}", "-max_error_rate", "1",
        "-protocol_whitelist", "file,pipe", "-f", file.Format.Demuxer, "-max_pixels", limits.MaxPixels.ToString(CultureInfo.InvariantCulture),
    ];

    /// <summary>Turning is left to the end of the chain: ffmpeg itself would turn every frame at its full size before any is dropped.</summary>
    private static void AddDecoder(List<string> arguments, VideoInfo info, VideoLimits limits)
    {
        arguments.Add("-noautorotate");
        if ((long)info.Width * info.Height >= ManyPixels)
            arguments.AddRange(["-threads", "4"]);
    }

    private static void AddOutput(
        List<string> arguments, VideoInfo info, FrameRequest request, string before, string after, string frameTimesOption)
    {
        (int width, int height) = request.SizeFor(info);
        (int across, int down) = info.SwapsSides ? (height, width) : (width, height);
        string turn = info.Rotation switch
        {
            90 => ",transpose=clock",
            180 => ",hflip,vflip",
            270 => ",transpose=cclock",
            _ => "",
        };
        arguments.AddRange(
        [
            "-map", $"0:{info.StreamIndex}", "-an", "-sn", "-dn",
            "-vf", $"{before}scale={across}:{down}:flags=bilinear,format=rgb24{turn}{after}",
            frameTimesOption, "passthrough", "-c:v", "rawvideo", "-pix_fmt", "rgb24", "-f", "rawvideo", "pipe:1",
        ]);
    }

    private static string Number(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);
}
