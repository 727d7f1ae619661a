using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Ranking;

/// <summary>The business rules of one query, and what they do to its candidates.</summary>
/// <remarks>
/// <see cref="Allows"/> and <see cref="Boost"/> run before collapse and diversity, so that an item which must not be seen does not
/// stand for one that may. <see cref="Apply"/> runs after everything else and relies on nothing that ran before it.
/// </remarks>
public sealed class ActiveRules
{
    private readonly BusinessRule[] refusals;
    private readonly BusinessRule[] boosts;

    internal ActiveRules(IReadOnlyList<BusinessRule> rules)
    {
        refusals = [.. rules.Where(rule => rule.Action is RuleAction.Block or RuleAction.Hide)];
        boosts = [.. rules.Where(rule => rule.Action == RuleAction.Boost)];
        Pins = [.. rules.Where(rule => rule.Action == RuleAction.Pin)];
    }

    /// <summary>No rules.</summary>
    public static ActiveRules None { get; } = new([]);

    /// <summary>The pinning rules, in the order they are written.</summary>
    public IReadOnlyList<BusinessRule> Pins { get; }

    /// <summary>Whether candidates must be looked at one by one.</summary>
    public bool NeedRecords => refusals.Length > 0 || boosts.Length > 0;

    /// <summary>Whether an item may be shown to this query.</summary>
    /// <param name="record">The item with its asset.</param>
    public bool Allows(ItemRecord record) => !Array.Exists(refusals, rule => rule.Items.Matches(record));

    /// <summary>Multiplies relevance by the factors of matching rules and restores the order.</summary>
    /// <param name="candidates">Candidates with records and relevance.</param>
    /// <returns>The same candidates, best first.</returns>
    public List<Candidate> Boost(IReadOnlyList<Candidate> candidates)
    {
        if (boosts.Length == 0)
            return [.. candidates];
        foreach (Candidate candidate in candidates)
        {
            double factor = 1;
            foreach (BusinessRule rule in boosts)
            {
                if (candidate.Record is not { } record || !rule.Items.Matches(record))
                    continue;
                factor *= rule.Factor;
                candidate.Explanation?.Rules.Add(rule.Name);
                candidate.Explanation?.Add("rules", $"'{rule.Name}' multiplies the relevance by {rule.Factor:0.###}.");
            }

            if (candidate.Explanation is { } explanation)
                explanation.Boost = factor;
            // A cosine can be negative; a boost must lift it all the same.
            candidate.Relevance = candidate.Relevance >= 0 ? candidate.Relevance * factor : candidate.Relevance / factor;
        }

        return RelevanceRanking.ByRelevance(candidates);
    }

    /// <summary>The last stage: drops what must not be seen and puts pinned items in their places.</summary>
    /// <param name="arranged">The list in the order of all other stages; pinned items have <see cref="Candidate.Pin"/>, wherever they stand.</param>
    /// <returns>The list to show. A pin beyond the end of the list comes last; of two for one place the later one moves down.</returns>
    public List<Candidate> Apply(IReadOnlyList<Candidate> arranged)
    {
        List<Candidate> allowed = refusals.Length == 0
            ? [.. arranged]
            : [.. arranged.Where(candidate => candidate.Record is { } record && Allows(record))];
        Candidate[] pinned = [.. allowed.Where(candidate => candidate.Pin is not null)];
        if (pinned.Length == 0)
            return allowed;

        SortedDictionary<int, Candidate> places = [];
        foreach (Candidate candidate in pinned.Where(c => c.Pin > 0).OrderBy(c => c.Pin).Concat(pinned.Where(c => c.Pin == 0)))
        {
            int place = Math.Max(1, candidate.Pin!.Value);
            while (places.ContainsKey(place))
                place++;
            places.Add(place, candidate);
        }

        List<Candidate> shown = new(allowed.Count);
        Queue<Candidate> others = new(allowed.Where(candidate => candidate.Pin is null));
        foreach ((int place, Candidate candidate) in places)
        {
            while (shown.Count + 1 < place && others.TryDequeue(out Candidate? other))
                shown.Add(other);
            shown.Add(candidate);
            candidate.Explanation?.Add("rules", $"Pinned; shown at place {shown.Count}.");
        }

        shown.AddRange(others);
        return shown;
    }
}
