namespace VisualSearch.Search.Rag.Evidence;

/// <summary>
/// The stage "pack": the best evidence as numbered sources, within a budget of tokens, nothing twice. A shot and the passage spoken over it say
/// the same, as do passages that overlap by a sentence; the better one stands for both.
/// </summary>
public sealed class ContextPacking(RagOptions options)
{
    // English has about four characters a token (OpenAI's "What are tokens and how to count them?"); other languages have fewer, so a budget is never a promise.
    private const int CharactersPerToken = 4;

    // A citation, its title and its time.
    private const int TokensAround = 20;

    /// <summary>Chooses sources.</summary>
    /// <param name="ranked">Evidence, the best of each part first.</param>
    /// <param name="parts">How many questions were asked at once.</param>
    /// <param name="most">How many sources at most.</param>
    /// <returns>All evidence in the order in which it was considered; sources are numbered from 1, the best of each question first.</returns>
    public IReadOnlyList<PackedEvidence> Pack(IReadOnlyList<FoundEvidence> ranked, int parts, int most)
    {
        ArgumentNullException.ThrowIfNull(ranked);
        List<FoundEvidence> chosen = [];
        List<PackedEvidence> considered = [];
        int tokens = 0;
        foreach (FoundEvidence evidence in InTurn(ranked, parts))
        {
            int cost = TokensAround + (evidence.Text.Length / CharactersPerToken);
            string? against = chosen.Count == most ? $"there are {most} better ones"
                : tokens + cost > options.ContextTokens ? $"it does not fit into {options.ContextTokens} tokens"
                : chosen.Exists(other => SaysTheSame(other, evidence)) ? "a source says the same"
                : null;
            considered.Add(against is null ? new(evidence, Numbered(evidence, chosen.Count + 1), "it is among the best") : new(evidence, null, against));
            if (against is not null)
                continue;
            chosen.Add(evidence);
            tokens += cost;
        }

        return considered;
    }

    // The first of each question, then the second of each, so that one question can't take all the room.
    private static IEnumerable<FoundEvidence> InTurn(IReadOnlyList<FoundEvidence> ranked, int parts) => parts == 1
        ? ranked
        : ranked.GroupBy(static evidence => evidence.Part).SelectMany(static group => group.Select(static (evidence, place) => (evidence, place)))
            .OrderBy(static one => one.place).ThenBy(static one => one.evidence.Part).Select(static one => one.evidence);

    private static bool SaysTheSame(FoundEvidence one, FoundEvidence other) =>
        one.Result.Item.Id == other.Result.Item.Id
        || (one.Result.Asset.Id == other.Result.Asset.Id && other.Text.Length > 0 && one.Text.Contains(other.Text, StringComparison.Ordinal));

    private static Source Numbered(FoundEvidence evidence, int number) => new()
    {
        Number = number,
        Record = evidence.Result.Record,
        Text = evidence.Text,
        Start = evidence.Result.Item.Start,
        End = evidence.Result.Item.End,
        Moment = evidence.Result.Moment ?? evidence.Result.Item.Start,
        Match = evidence.Result.Match,
        FoundBy = evidence.Result.FoundBy,
    };
}
