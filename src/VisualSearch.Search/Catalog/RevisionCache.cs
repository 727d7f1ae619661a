namespace VisualSearch.Search.Catalog;

/// <summary>
/// Answers of one kind for the catalog's present revision: people page, refine and press back, and each time ask for the same
/// filter, facet or words again. A commit forgets them all.
/// </summary>
/// <param name="onLookup">Told of each question, whether the answer was known; null for nobody.</param>
internal sealed class RevisionCache<T>(Action<bool>? onLookup = null)
{
    // Answers kept: the filters and words of some tens of people; the largest (ids of a million items) takes 128 KiB.
    private const int Capacity = 128;

    // Longer questions are pasted texts or lists of ids, which nobody asks twice, and would fill memory.
    private const int MaxKeyLength = 2048;

    private readonly Lock gate = new();
    private readonly Dictionary<string, T> answers = new(StringComparer.Ordinal);
    private CatalogRevision of;

    /// <summary>The answer to a question at this revision, worked out if it is not known. Two threads may both do so.</summary>
    public T Get(CatalogRevision revision, string question, Func<T> answer)
    {
        if (question.Length > MaxKeyLength)
            return answer();
        bool isKnown;
        T? known = default;
        lock (gate)
            isKnown = of == revision && answers.TryGetValue(question, out known);
        onLookup?.Invoke(isKnown);
        if (isKnown)
            return known!;
        T made = answer();
        lock (gate)
        {
            if (of != revision || answers.Count >= Capacity)
                answers.Clear();
            of = revision;
            answers[question] = made;
        }
        return made;
    }
}
