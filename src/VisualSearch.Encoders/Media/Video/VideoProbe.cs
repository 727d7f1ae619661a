using System.Globalization;
using System.Text.Json;

namespace VisualSearch.Encoders.Media.Video;

/// <summary>Reads a video's headers with ffprobe.</summary>
public static class VideoProbe
{
    /// <summary>Largest answer of ffprobe that is read; a file with 10,000 chapters answers with 3 MiB.</summary>
    private const int MaxAnswerBytes = 32 * 1024 * 1024;

    private static readonly HashSet<string> TextSubtitles = new(StringComparer.Ordinal)
    {
        "subrip", "srt", "mov_text", "webvtt", "ass", "ssa", "text", "ttml", "microdvd", "subviewer", "subviewer1", "sami", "realtext", "stl", "jacosub", "mpl2", "pjs", "vplayer",
    };

    /// <summary>Whether a name's ending is that of a container that is read. Only a hint for scanning; content decides.</summary>
    /// <param name="path">A file's name or path.</param>
    public static bool HasVideoExtension(string path) => VideoFormats.HasVideoExtension(path);

    /// <summary>Whether a file is to be read as a video: its ending says so, and a GIF has several frames.</summary>
    /// <param name="path">Path of the file.</param>
    public static bool IsVideo(string path) =>
        HasVideoExtension(path) && (!Path.GetExtension(path).Equals(".gif", StringComparison.OrdinalIgnoreCase) || AnimatedGif.Is(path));

    /// <summary>Whether the bytes of an upload are those of a video, or of a GIF with several frames.</summary>
    /// <param name="file">The bytes, from the start; it stands there again afterwards.</param>
    public static bool IsVideo(Stream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        byte[] head = new byte[VideoFormats.HeadBytes];
        int read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        file.Position = 0;
        VideoFormat? format = VideoFormats.Detect(head.AsSpan(0, read));
        bool moves = format is not null && (format.Name != "gif" || AnimatedGif.Is(file));
        file.Position = 0;
        return moves;
    }

    /// <summary>Reads a video's headers.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="limits">Bounds; null for the defaults.</param>
    /// <param name="tools">Where ffprobe is; null for the PATH.</param>
    /// <param name="cancellation">Ends ffprobe.</param>
    /// <exception cref="VideoException">The file is no video that can be read, or is beyond the limits.</exception>
    /// <exception cref="FfmpegMissingException">ffprobe isn't installed.</exception>
    public static VideoInfo Probe(string path, VideoLimits? limits = null, FfmpegTools? tools = null, CancellationToken cancellation = default) =>
        Probe(VideoFile.Open(path, limits ?? new VideoLimits()), limits ?? new VideoLimits(), tools ?? FfmpegTools.Default, cancellation);

    internal static VideoInfo Probe(VideoFile file, VideoLimits limits, FfmpegTools tools, CancellationToken cancellation)
    {
        string[] arguments =
        [
            "-hide_banner", "-loglevel", "repeat+level+error", "-protocol_whitelist", "file,pipe", "-f", file.Format.Demuxer,
            "-print_format", "json=compact=1", "-show_format", "-show_streams", "-show_chapters", "-i", file.Url,
        ];
        using var process = new FfmpegProcess(tools.Ffprobe, arguments, file.Name, new FfmpegLog(null), limits, limits.MaxSilence, cancellation);
        byte[] answer = ReadAll(process, file);
        int code = process.Finish();
        ProbeDocument? document = null;
        try
        {
            document = code == 0 ? JsonSerializer.Deserialize(answer, ProbeJson.Default.ProbeDocument) : null;
        }
        catch (JsonException exception)
        {
            throw new VideoException(VideoFault.Truncated, $"ffprobe's answer about \"{file.Name}\" is no JSON ({exception.Message}); update ffmpeg.", exception);
        }

        if (document?.Streams is not { Length: > 0 } streams)
        {
            throw new VideoException(
                VideoFault.Truncated, $"\"{file.Name}\" is cut off or damaged{process.Complaints()}; copy it again from where it came.");
        }

        return Describe(file, document, streams, limits);
    }

    private static VideoInfo Describe(VideoFile file, ProbeDocument document, ProbeStream[] streams, VideoLimits limits)
    {
        ProbeStream[] moving = [.. streams.Where(IsMoving)];
        ProbeStream? video = moving.FirstOrDefault(stream => Is(stream, "default")) ?? moving.FirstOrDefault();
        if (video is null)
        {
            string found = string.Join(", ", streams.Select(stream => stream.CodecType == "video" ? "cover art" : stream.CodecType ?? "unknown").Distinct());
            throw new VideoException(VideoFault.NoVideoStream, $"\"{file.Name}\" has no moving picture, only: {found}.");
        }

        if (video.Width < 1 || video.Height < 1)
        {
            throw new VideoException(
                VideoFault.Truncated, $"\"{file.Name}\" is cut off or damaged: no frame's size could be found; copy it again from where it came.");
        }

        if ((long)video.Width * video.Height > limits.MaxPixels)
        {
            throw new VideoException(
                VideoFault.TooManyPixels,
                $"\"{file.Name}\" has frames of {video.Width} x {video.Height} = {(long)video.Width * video.Height} pixels, more than the {limits.MaxPixels} allowed; "
                + $"scale it down or raise {nameof(VideoLimits.MaxPixels)}.");
        }

        double? duration = Seconds(document.Format?.Duration) ?? Seconds(video.Duration);
        // Matroska states the time of its end; a recording that was cut out of a longer one starts late.
        if (file.Format.Demuxer == "matroska" && Seconds(document.Format?.StartTime) is { } start && start < duration)
            duration -= start;
        if (duration > limits.MaxDurationSeconds)
        {
            throw new VideoException(
                VideoFault.TooLong,
                $"\"{file.Name}\" lasts {duration:0} s, more than the {limits.MaxDurationSeconds:0} allowed; cut it or raise {nameof(VideoLimits.MaxDurationSeconds)}.");
        }

        int rotation = Rotation(video);
        (int width, int height) = SquarePixels(video);
        Dictionary<string, string> tags = Tags(document.Format?.Tags, video.Tags);
        return new VideoInfo
        {
            Container = file.Format.Name,
            Codec = video.CodecName ?? "unknown",
            Width = rotation is 90 or 270 ? height : width,
            Height = rotation is 90 or 270 ? width : height,
            Rotation = rotation,
            DurationSeconds = duration,
            FrameRate = Ratio(video.AvgFrameRate, '/') ?? 0,
            HasAudio = streams.Any(stream => stream.CodecType == "audio"),
            Bytes = file.Bytes,
            Title = First(tags, "title"),
            Description = First(tags, "description", "synopsis"),
            Comment = First(tags, "comment"),
            Keywords = First(tags, "keywords", "keyword"),
            Date = First(tags, "date", "creation_time", "date_released", "year"),
            Chapters = [.. (document.Chapters ?? []).Select(Chapter)],
            Subtitles = [.. streams.Where(stream => stream.CodecType == "subtitle").Select(Subtitle)],
            StreamIndex = video.Index,
            StreamSeconds = Seconds(video.Duration) ?? (streams.Length == 1 ? duration : null),
        };
    }

    private static byte[] ReadAll(FfmpegProcess process, VideoFile file)
    {
        byte[] answer = new byte[64 * 1024];
        int length = 0;
        while (true)
        {
            int read = process.Read(answer.AsSpan(length));
            length += read;
            if (length < answer.Length)
                return answer[..length];
            if (length >= MaxAnswerBytes)
            {
                throw new VideoException(
                    VideoFault.Truncated, $"ffprobe's description of \"{file.Name}\" is longer than {MaxAnswerBytes} bytes; convert the video.");
            }

            Array.Resize(ref answer, length * 2);
        }
    }

    private static bool IsMoving(ProbeStream stream) =>
        stream.CodecType == "video" && !Is(stream, "attached_pic") && !Is(stream, "timed_thumbnails");

    private static bool Is(ProbeStream stream, string disposition) =>
        stream.Disposition is not null && stream.Disposition.TryGetValue(disposition, out int value) && value != 0;

    /// <summary>The display matrix states degrees against the clock.</summary>
    private static int Rotation(ProbeStream stream)
    {
        double degrees = stream.SideDataList?.FirstOrDefault(data => data.SideDataType == "Display Matrix")?.Rotation ?? 0;
        int quarters = double.IsFinite(degrees) ? (int)Math.Round(-degrees / 90, MidpointRounding.AwayFromZero) : 0;
        return (quarters % 4 + 4) % 4 * 90;
    }

    /// <summary>Pixels that aren't square are made so along the side that grows, as players do.</summary>
    private static (int Width, int Height) SquarePixels(ProbeStream stream)
    {
        double aspect = Ratio(stream.SampleAspectRatio, ':') is { } ratio and > 0.05 and < 20 ? ratio : 1;
        return aspect >= 1
            ? ((int)Math.Round(stream.Width * aspect), stream.Height)
            : (stream.Width, (int)Math.Round(stream.Height / aspect));
    }

    private static VideoChapter Chapter(ProbeChapter chapter) => new(
        First(Tags(chapter.Tags, null), "title") ?? "",
        Seconds(chapter.StartTime, mayBeZero: true) ?? 0,
        Seconds(chapter.EndTime, mayBeZero: true) ?? 0);

    private static SubtitleStream Subtitle(ProbeStream stream)
    {
        Dictionary<string, string> tags = Tags(stream.Tags, null);
        string? language = First(tags, "language");
        string codec = stream.CodecName ?? "unknown";
        return new SubtitleStream(stream.Index, codec, language == "und" ? null : language, First(tags, "title"), TextSubtitles.Contains(codec));
    }

    /// <summary>Matroska writes names in capitals, MP4 in small letters; the container's own tags come before the stream's.</summary>
    private static Dictionary<string, string> Tags(Dictionary<string, string>? container, Dictionary<string, string>? stream)
    {
        var tags = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in (container ?? []).Concat(stream ?? []))
        {
            if (!string.IsNullOrWhiteSpace(value))
                tags.TryAdd(name, value.Trim());
        }

        return tags;
    }

    private static string? First(Dictionary<string, string> tags, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (tags.TryGetValue(name, out string? value))
                return value;
        }

        return null;
    }

    private static double? Seconds(string? text, bool mayBeZero = false) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
        && double.IsFinite(seconds) && (seconds > 0 || (mayBeZero && seconds == 0)) ? seconds : null;

    private static double? Ratio(string? text, char separator)
    {
        string[] parts = text?.Split(separator) ?? [];
        return parts.Length == 2 && Seconds(parts[0]) is { } above && Seconds(parts[1]) is { } below ? above / below : null;
    }
}
