using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Evaluation;

/// <summary>Asks a collection of videos the judged moment queries of a folder, through the same pipeline that answers people.</summary>
/// <param name="store">The collection that the folder's videos were indexed into.</param>
/// <param name="pipeline">The pipeline to judge, over that collection.</param>
public sealed class MomentsEvaluation(IStore store, SearchPipeline pipeline)
{
    private const int Depth = 10, First = 5;

    // Half of the joined time, as in detecting actions (ActivityNet, Caba Heilbron et al. 2015).
    private const double LeastOverlap = 0.5;

    private static readonly (SearchMode Mode, string Prefix)[] Modes = [(SearchMode.Hybrid, ""), (SearchMode.Text, "text"), (SearchMode.Visual, "visual")];

    /// <summary>Runs all queries, each by pictures and words, by words alone, and by pictures alone.</summary>
    /// <param name="folder">Where <c>moments.jsonl</c> and the videos are.</param>
    /// <param name="progress">Told what is going on, in plain English.</param>
    /// <param name="cancellation">Ends the run between queries.</param>
    /// <returns>
    /// Means over queries: <c>recall5Iou50</c> (the share of queries with a right moment among the first five: overlap of half or more) and
    /// <c>ndcg10</c> (a moment counts once), of hybrid search; the same with <c>text</c> and <c>visual</c> before the name.
    /// </returns>
    /// <exception cref="EvaluationException">The judged queries can't be used.</exception>
    public IReadOnlyDictionary<string, double> Run(string folder, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        IReadOnlyList<JudgedMoment> queries = JudgedMoment.Load(folder);
        VideoSpan.RequireIndexed(queries.SelectMany(static query => query.Moments), folder, "moments.jsonl", store);
        progress?.Report($"{queries.Count} judged moment queries");
        MeanValues means = new();
        foreach (JudgedMoment query in queries)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach ((SearchMode mode, string prefix) in Modes)
            {
                int[] ranked = Grades(Ask(folder, query.Text, mode, cancellation), query.Moments);
                means.Add(Name(prefix, "recall5Iou50"), ranked.Take(First).Any(static grade => grade > 0) ? 1 : 0);
                means.Add(Name(prefix, "ndcg10"), RankingMetrics.Ndcg(ranked, [.. query.Moments.Select(static _ => 1)], Depth));
            }
        }

        return means.ToDictionary();
    }

    // Each judged moment is found once: by the first result that lies over it.
    private static int[] Grades(IReadOnlyList<VideoSpan> found, IReadOnlyList<VideoSpan> judged)
    {
        List<VideoSpan> left = [.. judged];
        return [.. found.Select(span =>
        {
            VideoSpan? hit = left.Where(moment => moment.Overlap(span) >= LeastOverlap).MaxBy(moment => moment.Overlap(span));
            return hit is not null && left.Remove(hit) ? 1 : 0;
        })];
    }

    private static string Name(string prefix, string metric) => prefix.Length == 0 ? metric : $"{prefix}{char.ToUpperInvariant(metric[0])}{metric[1..]}";

    private VideoSpan[] Ask(string folder, string text, SearchMode mode, CancellationToken cancellation) =>
    [
        .. pipeline.Search(new SearchQuery { Text = text, Mode = mode, K = Depth, Collapse = CollapseMode.Duplicates }, cancellation).Results
            .Select(result => new VideoSpan(
                Path.GetRelativePath(Path.GetFullPath(folder), result.Asset.Path).Replace('\\', '/'), result.Item.Start ?? 0, result.Item.End ?? 0)),
    ];
}
