using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <content>Words and facets.</content>
public sealed partial class QdrantStore
{
    // The names of the payload's fields are read off so many assets.
    private const int AssetsToLookForNamesIn = 2000;

    /// <inheritdoc/>
    public IReadOnlyList<ScoredItem> SearchText(string words, int k, ItemScope? scope = null)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        // Whole words first; where none is found, words that begin alike.
        return SearchWords(QdrantLayout.Words, WordWeights.Places(words), k, scope) is { Count: > 0 } whole ? whole
            : SearchWords(QdrantLayout.Beginnings, WordWeights.BeginningPlaces(words), k, scope);
    }

    /// <inheritdoc/>
    public double BestTextScore(string words)
    {
        ArgumentNullException.ThrowIfNull(words);
        uint[] places = WordWeights.Places(words);
        if (places.Length == 0)
            return 0;
        // How rare a word is, Qdrant says only by a score: one item's, which is that rarity times the item's own weight.
        IReadOnlyList<IReadOnlyList<ScoredPoint>> found = client.QueryBatch(layout.Items, [.. places.Select(static place => new PointQuery
        {
            Query = new QueryInput.Sparse(new SparseVector([place], [1])),
            Using = QdrantLayout.Words,
            Limit = 1,
            WithVector = VectorSelection.Only(QdrantLayout.Words),
        })]);
        double rarest = Math.Log(1 + ((Counts().Items + 0.5) / 0.5));
        return places.Zip(found, (place, points) => points is [{ } point, ..] ? point.Score / WeightAt(point, place) : rarest).Sum();
    }

    /// <inheritdoc/>
    public IReadOnlyList<FacetCount> Facet(string field, Filter? filter = null, int limit = 50)
    {
        ArgumentException.ThrowIfNullOrEmpty(field);
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        // A path has two values to filter by; people know the one below the root.
        string key = CatalogText.Fold(field) == "PATH" ? QdrantPayload.RelativePathKey : QdrantPayload.TextKey(field);
        if (!QdrantPayload.Indexes.Any(index => index.Key == key))
            client.CreatePayloadIndex(layout.Items, key, PayloadIndexType.Keyword);
        // Values that differ only in case are counted apart there, and together here: some more have to be read.
        IReadOnlyList<FacetHit> hits = client.Facet(layout.Items, new FacetQuery { Key = key, Filter = QdrantFilter.Translate(filter), Limit = (limit * 4) + 16 });
        return
        [
            .. hits.GroupBy(static hit => CatalogText.Fold(hit.Value.GetString()!))
                .Select(static same => (same.Key, Count: new FacetCount(same.Select(static hit => hit.Value.GetString()!).Order(CodePoints).First(), same.Sum(static hit => hit.Count))))
                .OrderByDescending(static value => value.Count.Count).ThenBy(static value => value.Key, CodePoints)
                .Take(limit).Select(static value => value.Count),
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> FieldNames()
    {
        var recent = new PointScroll { Offset = (ulong)Math.Max(1, Entry().NextAsset - AssetsToLookForNamesIn), Limit = AssetsToLookForNamesIn, WithPayload = QdrantPayload.Record };
        return
        [
            .. client.Scroll(layout.Assets, recent).Points.SelectMany(static point => QdrantPayload.Read(point.Payload ?? default).Asset.Fields.Keys)
                .DistinctBy(CatalogText.Fold).Order(StringComparer.OrdinalIgnoreCase),
        ];
    }

    private IReadOnlyList<ScoredItem> SearchWords(string vector, uint[] places, int k, ItemScope? scope) => places.Length == 0 ? [] : Scored(client.Query(layout.Items, new PointQuery
    {
        Query = new QueryInput.Sparse(WordWeights.Vector(places.Select(static place => KeyValuePair.Create(place, 1f)))),
        Using = vector,
        Filter = QdrantScope.ConditionOf(scope),
        Limit = k,
    }));

    private static Comparer<string> CodePoints { get; } = Comparer<string>.Create(CatalogText.CompareCodePoints);

    private static float WeightAt(ScoredPoint point, uint place)
    {
        SparseVector words = point.Vectors!.Sparse[QdrantLayout.Words];
        return words.Values[Array.IndexOf(words.Indices, place)];
    }
}
