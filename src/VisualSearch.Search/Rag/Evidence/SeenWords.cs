using VisualSearch.Search.Catalog;
using VisualSearch.Search.Rag.Words;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Rag.Evidence;

/// <summary>
/// The stage "see": which words of a question a source's picture shows. "How many passengers fit into the balloon?" is answered while a balloon is
/// seen and nobody says "balloon"; by words alone that moment is about anything.
/// </summary>
/// <param name="store">The collection.</param>
/// <param name="search">The search over it: it knows the model and its curves.</param>
public sealed class SeenWords(IRecords store, SearchPipeline search) : ISourceReading
{
    // A word that is shown with less than an even chance is shown by half of all pictures.
    private const double LeastChance = 0.5;

    /// <inheritdoc/>
    public IReadOnlyList<Source> Read(UnderstoodQuestion question, IReadOnlyList<Source> sources)
    {
        ArgumentNullException.ThrowIfNull(question);
        ArgumentNullException.ThrowIfNull(sources);
        long?[] pictures = [.. sources.Select(source => PictureOf(source.Record))];
        Dictionary<string, double>[] seen = [.. sources.Select(static _ => new Dictionary<string, double>(StringComparer.Ordinal))];
        HashSet<string>[] said = [.. sources.Select(static source => Coverage.Stems(source.Text))];
        foreach (QuestionWord word in question.Parts.SelectMany(static part => part.Words).Where(static word => !word.IsName).DistinctBy(static word => word.Stem))
        {
            int[] open = [.. Enumerable.Range(0, sources.Count).Where(i => pictures[i] is not null && !said[i].Contains(word.Stem))];
            if (open.Length == 0)
                continue;
            IReadOnlyList<double> chances = search.Shown(word.Text, [.. open.Select(i => pictures[i]!.Value)]);
            for (int i = 0; i < open.Length; i++)
            {
                if (chances[i] >= LeastChance)
                    seen[open[i]][word.Stem] = chances[i];
            }
        }

        return [.. sources.Select((source, i) => seen[i].Count == 0 ? source : source with { Seen = seen[i] })];
    }

    // What is seen while something is said: the shot in whose time most of the passage lies.
    private long? PictureOf(ItemRecord record) => record.Item is { Kind: ItemKind.Passage, Start: { } start, End: { } end }
        ? store.ItemsOf(record.Asset.Id).Where(static item => item.Kind == ItemKind.Shot)
            .Select(shot => (shot.Id, Shared: Math.Min(shot.End!.Value, end) - Math.Max(shot.Start!.Value, start)))
            .Where(static one => one.Shared > 0).OrderByDescending(static one => one.Shared).Select(static one => (long?)one.Id).FirstOrDefault()
        : record.Item.Id;
}
