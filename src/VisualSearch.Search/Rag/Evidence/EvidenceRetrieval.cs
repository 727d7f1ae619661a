using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Rag.Evidence;

/// <summary>The stage "retrieve": what the collection's search finds for each question, in pictures, shots and what is said.</summary>
/// <param name="search">The search over the collection.</param>
/// <param name="options">How much to look at, and by which retrievals.</param>
public sealed class EvidenceRetrieval(SearchPipeline search, RagOptions options) : IEvidenceRetrieval
{
    /// <inheritdoc/>
    public IReadOnlyList<FoundEvidence> Retrieve(UnderstoodQuestion question, float[]? picture, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(question);
        List<FoundEvidence> found = [];
        for (int part = 0; part < question.Parts.Count; part++)
        {
            SearchResponse response = search.Search(
                new SearchQuery { Text = question.Parts[part].Text, PictureVector = picture, Filter = question.Filter, Mode = options.Mode, K = options.Candidates },
                cancellation);
            found.AddRange(response.Results.Select(result => new FoundEvidence(part, result, Text(result), result.Score)));
        }

        return found;
    }

    // Of a picture what is written about it; of a moment only what is said there: a description of the whole video says nothing of when.
    private static string Text(SearchResult result) =>
        result.Said ?? (result.Item.Kind == ItemKind.Picture ? result.Asset.Text ?? result.Asset.Title ?? "" : "");
}
