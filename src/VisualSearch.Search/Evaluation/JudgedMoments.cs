using System.Text.Json;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Evaluation;

/// <summary>A part of a video.</summary>
/// <param name="Video">The video's path below the folder, with '/'.</param>
/// <param name="Start">Where it begins, in seconds.</param>
/// <param name="End">Where it ends, in seconds, after <paramref name="Start"/>.</param>
public sealed record VideoSpan(string Video, double Start, double End)
{
    /// <summary>Shared time over joined time (intersection over union), 0..1; 0 for spans of two videos.</summary>
    /// <param name="other">The other span.</param>
    public double Overlap(VideoSpan other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Video != other.Video)
            return 0;
        double shared = Math.Min(End, other.End) - Math.Max(Start, other.Start);
        return shared <= 0 ? 0 : shared / (Math.Max(End, other.End) - Math.Min(Start, other.Start));
    }

    /// <summary>Makes sure that what is judged can be found at all: where no video is there, every figure would be 0.</summary>
    /// <param name="spans">Judged moments.</param>
    /// <param name="folder">The folder that their videos' paths are below.</param>
    /// <param name="file">The file of that folder that judges them.</param>
    /// <param name="store">The collection.</param>
    /// <exception cref="EvaluationException">The collection lacks one of the videos.</exception>
    internal static void RequireIndexed(IEnumerable<VideoSpan> spans, string folder, string file, IRecords store)
    {
        string? missing = spans.Select(static span => span.Video).Distinct()
            .FirstOrDefault(video => store.FindAssetByPath(Path.GetFullPath(Path.Combine(folder, video))) is null);
        if (missing is not null)
            throw new EvaluationException(Path.Combine(folder, file), 0, $"judges '{missing}', a path below that folder, which the collection has not. Index that folder's videos, or put {file} where the indexed ones are");
    }

    internal static VideoSpan Read(JsonElement json)
    {
        var span = new VideoSpan(json.GetProperty("video").GetString()!, json.GetProperty("start").GetDouble(), json.GetProperty("end").GetDouble());
        return span.End > span.Start ? span : throw new FormatException($"the moment from second {span.Start} to {span.End} has no length");
    }
}

/// <summary>A query whose right moments are known.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Text">The words.</param>
/// <param name="Moments">What answers it, at least one.</param>
public sealed record JudgedMoment(string Id, string Text, IReadOnlyList<VideoSpan> Moments)
{
    /// <summary>
    /// Reads a folder's <c>moments.jsonl</c>: a line a query, <c>{"id":"v1","text":"a red boat","video":"videos/000.mp4","start":3.2,"end":8}</c>,
    /// with <c>"moments":[{"video","start","end"}]</c> where others answer it too.
    /// </summary>
    /// <param name="folder">Where the file is.</param>
    /// <exception cref="EvaluationException">The file is missing or a line is wrong.</exception>
    public static IReadOnlyList<JudgedMoment> Load(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string path = Path.Combine(folder, "moments.jsonl");
        List<JudgedMoment> queries = [];
        int number = 0;
        foreach (string line in EvaluationFile.Lines(path))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
                queries.Add(Read(line, path, number));
        }

        return queries;
    }

    private static JudgedMoment Read(string line, string path, int number)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement query = document.RootElement;
            List<VideoSpan> moments = [VideoSpan.Read(query)];
            if (query.TryGetProperty("moments", out JsonElement others))
                moments.AddRange(others.EnumerateArray().Select(VideoSpan.Read));
            return new JudgedMoment(query.GetProperty("id").GetString()!, query.GetProperty("text").GetString()!, moments);
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new EvaluationException(path, number, $"is no judged moment: {wrong.Message}. Expected an object with id, text, video, start and end", wrong);
        }
    }
}
