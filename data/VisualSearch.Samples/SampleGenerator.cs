using System.Runtime.ExceptionServices;
using System.Text;
using VisualSearch.Encoders.Media;
using VisualSearch.Samples.Queries;
using VisualSearch.Samples.Scenes;
using VisualSearch.Samples.Videos;

namespace VisualSearch.Samples;

/// <summary>
/// Makes sample sets: pictures drawn from described scenes, with captions, tags and judged queries that follow from the descriptions;
/// and videos of such scenes in motion (<see cref="VideoFolder"/>).
/// </summary>
/// <remarks>
/// <code>
/// OUT/pictures/000000.jpg …      OUT/pictures/metadata.jsonl     OUT/samples.json (count, seed, size, version, complete)
/// OUT/queries.jsonl              OUT/qrels.txt                   OUT/queries/p00.jpg … (pictures that are queries, not in the set)
/// OUT/boxes.jsonl (where each thing stands)
///
/// seed, number ─► SceneComposer ─► Scene ─► ScenePainter ─► SVG ─► libvips ─► picture
///                                    ├────► Caption, SampleMetadata ─► metadata.jsonl
///                                    ├────► Layout, SampleBoxes ─► boxes.jsonl
///                                    └────► Queries/* ─► queries.jsonl, qrels.txt
/// </code>
/// The same seed, count and version give the same SVG, captions and judgements, byte for byte, on every machine; encoded pixels
/// may differ with the version of libvips and its codecs.
/// </remarks>
public static class SampleGenerator
{
    /// <summary>Version of the scene grammar and drawings; a set made by another version is made again.</summary>
    public const int Version = 1;

    // No artefacts to see around hard edges; half of the JPEG files of a 2,000 set are below 19 KB, nine of ten below 46 KB.
    private const int Quality = 88;

    /// <summary>Makes the set, or what is missing of it; a complete set of the same seed, size, count and version is left alone.</summary>
    /// <param name="options">What to make and where.</param>
    /// <param name="progress">Told now and then, from any thread; may be null.</param>
    /// <param name="cancellation">Stops between pictures; the next run goes on from there.</param>
    /// <exception cref="IOException">The folder holds other files, or can't be written; or videos are wanted and ffmpeg is missing or fails.</exception>
    /// <exception cref="VipsMissingException">libvips, which renders, is not installed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; what is drawn stays.</exception>
    public static SampleSet Make(
        SampleOptions options, IProgress<SampleProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        SampleSet pictures = MakePictures(options, progress, cancellation);
        if (options.Videos > 0) VideoFolder.Make(pictures.Folder, options, progress, cancellation);
        return pictures with { Videos = options.Videos };
    }

    private static SampleSet MakePictures(SampleOptions options, IProgress<SampleProgress>? progress, CancellationToken cancellation)
    {
        string folder = Path.GetFullPath(options.Out);
        string pictures = Path.Combine(folder, "pictures");
        SampleState wanted = new(options.Count, options.Seed, options.Size, Version, Queries: 0, Complete: false);
        SampleState? found = SampleState.Read(folder);
        string boxes = Path.Combine(folder, SampleBoxes.FileName);
        if (found is { Complete: true } && found.Describes(wanted) && found.Count == wanted.Count && File.Exists(boxes))
        {
            return new SampleSet(folder, pictures, found.Count, found.Queries, Drawn: 0);
        }

        SampleFolder.Prepare(folder, found, wanted);
        wanted.Write(folder);
        Scene[] scenes = [.. Enumerable.Range(0, options.Count).Select(index => SceneComposer.Compose(options.Seed, index))];
        QuerySet queries = QueryBuilder.Build(options.Seed, scenes);
        var works = new List<(string Path, Scene Scene)>(scenes.Length + queries.Pictures.Count);
        works.AddRange(queries.Pictures.Select(query => (Path.GetFullPath(query.File, folder), query.Scene)));
        works.AddRange(scenes.Select(scene => (Path.Combine(pictures, SampleMetadata.FileName(scene)), scene)));
        int drawn = Draw(works, options, progress, cancellation);
        WriteLines(Path.Combine(pictures, "metadata.jsonl"), scenes.Select(SampleMetadata.Line));
        WriteLines(boxes, scenes.Select(SampleBoxes.Line));
        WriteLines(Path.Combine(folder, "queries.jsonl"), queries.Queries.Select(query => query.ToJson()));
        WriteLines(Path.Combine(folder, "qrels.txt"), queries.Queries.SelectMany(query => query.ToQrels()));
        (wanted with { Complete = true, Queries = queries.Queries.Count }).Write(folder);
        return new SampleSet(folder, pictures, scenes.Length, queries.Queries.Count, drawn);
    }

    /// <summary>The SVG text of one picture of a set: what <see cref="Make"/> renders.</summary>
    /// <param name="seed">Seed of the set.</param>
    /// <param name="index">Number of the picture, 0 or more.</param>
    /// <param name="size">Width in pixels of a 4:3 picture.</param>
    public static string PaintSvg(long seed, int index, int size = 480)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return ScenePainter.Paint(SceneComposer.Compose(seed, index), size);
    }

    private static int Draw(
        List<(string Path, Scene Scene)> works, SampleOptions options, IProgress<SampleProgress>? progress, CancellationToken cancellation)
    {
        int done = 0, drawn = 0;
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = options.Parallelism == 0 ? Environment.ProcessorCount : options.Parallelism,
            CancellationToken = cancellation,
        };
        try
        {
            Parallel.ForEach(works, parallel, work =>
            {
                if (!File.Exists(work.Path))
                {
                    DrawOne(work.Scene, work.Path, options.Size);
                    Interlocked.Increment(ref drawn);
                }

                int now = Interlocked.Increment(ref done);
                if (now % 64 == 0 || now == works.Count)
                {
                    progress?.Report(new SampleProgress(now, works.Count));
                }
            });
        }
        catch (AggregateException exception)
        {
            // A full disk or a missing libvips fails in every thread alike; callers handle the one failure, not the bundle.
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }

        return drawn;
    }

    /// <summary>Drawn under another name first: a file that has its name is whole, also after a kill.</summary>
    private static void DrawOne(Scene scene, string path, int size)
    {
        string partial = Path.Combine(Path.GetDirectoryName(path)!, ".partial-" + Path.GetFileName(path));
        SvgRenderer.RenderToFile(ScenePainter.Paint(scene, size), partial, scene.Frame.Pixels(size).Width, Quality);
        File.Move(partial, path, overwrite: true);
    }

    internal static void WriteLines(string path, IEnumerable<string> lines)
    {
        var text = new StringBuilder();
        foreach (string line in lines)
        {
            text.Append(line).Append('\n');
        }

        File.WriteAllText(path, text.ToString());
    }
}
