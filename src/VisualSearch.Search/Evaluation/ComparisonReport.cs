namespace VisualSearch.Search.Evaluation;

/// <summary>One measure of two generations.</summary>
/// <param name="Name">Its name, such as <c>ndcg10</c>.</param>
/// <param name="Meaning">What it says, in a few words.</param>
/// <param name="Before">Of the generation that runs; null where it can't be had.</param>
/// <param name="After">Of the one to switch to.</param>
public sealed record ComparedMeasure(string Name, string Meaning, double? Before, double? After);

/// <summary>Two generations side by side.</summary>
/// <param name="Measures">The measures, 0..1 each.</param>
/// <param name="Objection">Why one should not switch, with the figures; null when nothing speaks against it.</param>
/// <param name="Remark">What could not be measured, and why; null when all could.</param>
public sealed record ComparisonReport(IReadOnlyList<ComparedMeasure> Measures, string? Objection, string? Remark);

/// <summary>What is compared besides agreement.</summary>
public sealed record ComparisonOptions
{
    /// <summary>A folder with <c>queries.jsonl</c> and <c>qrels.txt</c>, judged for the collection's pictures; null for none.</summary>
    public string? QueriesFolder { get; init; }

    /// <summary>A payload field, or <c>tags</c>, whose values are labels: pictures of one label should be near each other. Null for none.</summary>
    public string? LabelField { get; init; }

    /// <summary>Pictures that are looked at, spread over the collection, 1 to 10,000.</summary>
    public int Sample { get; init; } = 200;

    /// <summary>How long pictures are read and embedded for; those of the sample that are left then are passed over.</summary>
    public TimeSpan MostEmbedding { get; init; } = TimeSpan.FromSeconds(30);
}
