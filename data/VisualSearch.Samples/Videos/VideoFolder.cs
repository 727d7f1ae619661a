using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisualSearch.Samples.Videos;

/// <summary>What <c>videos/videos.json</c> says: which videos a folder holds, and whether all are there.</summary>
internal sealed partial record VideoState(int Count, long Seed, int Version, bool Complete)
{
    private const string FileName = "videos.json";

    internal static VideoState? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), VideoStateJson.Default.VideoState);
        }
        catch (JsonException exception)
        {
            throw new IOException($"{path} does not describe sample videos ({exception.Message}); delete the folder or choose another.", exception);
        }
    }

    internal void Write(string folder)
    {
        string path = Path.Combine(folder, FileName), partial = path + ".partial";
        File.WriteAllText(partial, JsonSerializer.Serialize(this, VideoStateJson.Default.VideoState) + "\n");
        File.Move(partial, path, overwrite: true);
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
    [JsonSerializable(typeof(VideoState))]
    private sealed partial class VideoStateJson : JsonSerializerContext;
}

/// <summary>Makes the videos of a set, or what is missing of them.</summary>
/// <remarks>
/// <code>
/// OUT/videos/000.mp4 …  000.srt, .vtt or .ass beside      OUT/videos/metadata.jsonl   OUT/videos/shots.jsonl   OUT/videos/videos.json
/// OUT/moments.jsonl (judged queries for moments)          OUT/questions.jsonl (judged questions)
///
/// seed ─► VideoComposer ─► VideoPlan ─► VideoFrames ─► ffmpeg ─► video
///         facts, names       ├──► SubtitleWriter   └ ShotPicture: the scene once as SVG, then a window of it per frame
///                            └──► VideoQueries, VideoQuestions, VideoLines
/// </code>
/// </remarks>
internal static class VideoFolder
{
    /// <summary>Version of stories and drawing; videos of another version are made again.</summary>
    internal const int Version = 1;

    internal static void Make(string set, SampleOptions options, IProgress<SampleProgress>? progress, CancellationToken cancellation)
    {
        string folder = Path.Combine(set, "videos");
        var wanted = new VideoState(options.Videos, options.Seed, Version, Complete: false);
        VideoState? found = Directory.Exists(folder) ? VideoState.Read(folder) : null;
        string moments = Path.Combine(set, "moments.jsonl"), questions = Path.Combine(set, "questions.jsonl");
        if (found == wanted with { Complete = true } && File.Exists(moments) && File.Exists(questions)) return;
        Prepare(folder, found, wanted);
        VideoSet videos = VideoComposer.Compose(options.Seed, options.Videos);
        int done = 0;
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.Parallelism == 0 ? Environment.ProcessorCount : options.Parallelism,
            CancellationToken = cancellation,
        };
        try
        {
            Parallel.ForEach(videos.Videos, parallel, plan =>
            {
                MakeOne(folder, plan, cancellation);
                progress?.Report(new SampleProgress(Interlocked.Increment(ref done), videos.Videos.Count) { Videos = true });
            });
        }
        catch (AggregateException exception)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }

        SampleGenerator.WriteLines(Path.Combine(folder, "metadata.jsonl"), videos.Videos.Select(VideoLines.Metadata));
        SampleGenerator.WriteLines(Path.Combine(folder, "shots.jsonl"), videos.Videos.Select(VideoLines.Shots));
        SampleGenerator.WriteLines(moments, VideoQueries.Build(videos).Select(VideoLines.Query));
        SampleGenerator.WriteLines(questions, VideoQuestions.Build(videos).Select(VideoLines.Question));
        (wanted with { Complete = true }).Write(folder);
    }

    private static void Prepare(string folder, VideoState? found, VideoState wanted)
    {
        if (found is null && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new IOException($"{folder} holds files that are no sample videos; choose an empty or new folder.");
        }

        Directory.CreateDirectory(folder);
        bool same = found is not null && found.Seed == wanted.Seed && found.Version == wanted.Version;
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            bool numbered = name.Length == 3 && int.TryParse(name, out _);
            if (name.StartsWith(".partial-", StringComparison.Ordinal) || (numbered && !(same && int.Parse(name) < wanted.Count))) File.Delete(path);
        }

        wanted.Write(folder);
    }

    /// <summary>Encoded under another name first: a video that has its name is whole, also after a kill.</summary>
    private static void MakeOne(string folder, VideoPlan plan, CancellationToken cancellation)
    {
        string path = Path.Combine(folder, plan.FileName), partial = Path.Combine(folder, ".partial-" + plan.FileName);
        if (File.Exists(path)) return;
        string? text = plan.Subtitles switch
        {
            SubtitleKind.SubRip or SubtitleKind.Embedded => SubtitleWriter.SubRip(plan),
            SubtitleKind.WebVtt => SubtitleWriter.WebVtt(plan),
            SubtitleKind.SubStation => SubtitleWriter.SubStation(plan),
            _ => null,
        };
        string extension = plan.Subtitles switch { SubtitleKind.WebVtt => ".vtt", SubtitleKind.SubStation => ".ass", _ => ".srt" };
        bool embedded = plan.Subtitles == SubtitleKind.Embedded;
        string subtitles = Path.ChangeExtension(embedded ? partial : path, extension);
        if (text is not null) File.WriteAllText(subtitles, text);
        VideoEncoder.Encode(plan, partial, embedded ? subtitles : null, cancellation);
        if (embedded) File.Delete(subtitles);
        File.Move(partial, path, overwrite: true);
    }
}
