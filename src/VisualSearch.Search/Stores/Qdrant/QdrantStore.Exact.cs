using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <content>Search by comparing all vectors, which Qdrant does itself.</content>
public sealed partial class QdrantStore : IExactSearch
{
    /// <inheritdoc/>
    public long SearchedRevision => Entry().Revision;

    /// <inheritdoc/>
    public string LowRecallAdvice =>
        $"Qdrant may still be building its index of '{layout.Items}' (its state is then yellow), or search with a larger efSearch; of a damaged one, its log says more.";

    /// <inheritdoc/>
    public ExactResult SearchVisualExactly(ReadOnlySpan<float> query, int k, ItemScope? scope = null, Action? restAfterBlock = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        long revision = SearchedRevision;
        IReadOnlyList<ScoredItem> found = Scored(client.Query(layout.Items, new PointQuery
        {
            Query = new QueryInput.Dense(Checked(query, Model.Dimension)),
            Using = QdrantLayout.Visual,
            Filter = QdrantScope.ConditionOf(scope),
            Limit = k,
            Params = new QueryTuning { Exact = true },
        }, cancellation));
        return new ExactResult(found, revision);
    }
}
