using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Ranking;

/// <summary>What a query comes down to once its parts are put together.</summary>
/// <param name="Mode">Visual, text or hybrid.</param>
/// <param name="Vector">The unit vector to search with; null in text mode.</param>
/// <param name="Words">The words for BM25; null in visual mode.</param>
/// <param name="PassageVector">What the words mean, to be compared with passages; null in visual mode and where there are no videos.</param>
/// <param name="Kind">Which match curve applies.</param>
/// <param name="Phrase">What was understood, in words.</param>
internal sealed record ComposedQuery(SearchMode Mode, float[]? Vector, string? Words, float[]? PassageVector, MatchKind Kind, string Phrase);

/// <summary>
/// The stage "embed": one vector out of picture, stored item, words and negative words. Each part is brought to unit norm before
/// it is weighted, so that the weights mean what they say whatever the encoder's norms.
/// </summary>
internal sealed class QueryComposition(IStore store, Func<string, float[]> embedText, RankingOptions options, int dimension)
{
    internal ComposedQuery Compose(SearchQuery query)
    {
        string? text = Clean(query.Text), negative = Clean(query.NegativeText);
        bool hasPicture = query.PictureVector is not null || query.ImageItemId is not null;
        SearchMode mode = Resolve(query.Mode, text, negative, hasPicture);
        if (mode == SearchMode.Text)
            return new ComposedQuery(mode, null, text, Meaning(text), MatchKind.Words, $"words '{text}'");

        List<string> phrase = [];
        float[] sum = new float[dimension];
        double share = text is null ? 0 : hasPicture ? query.TextShare ?? options.TextShare : 1;
        if (hasPicture)
            VectorArithmetic.Add(sum, Picture(query, phrase), 1 - share);
        if (text is not null)
        {
            VectorArithmetic.Add(sum, Unit(embedText(text), "text"), share);
            phrase.Add($"'{text}'");
        }

        if (negative is not null)
            Subtract(sum, Unit(embedText(negative), "negativeText"));
        if (!VectorArithmetic.TryNormalize(sum))
            throw new QueryException("negativeText", "takes away all that the query asks for; use other words, or leave it out");
        MatchKind kind = (hasPicture, text, negative) switch
        {
            (true, null, null) => MatchKind.PictureToPicture,
            (false, _, null) => MatchKind.TextToPicture,
            _ => MatchKind.Composed,
        };
        string understood = string.Join(" + ", phrase) + (negative is null ? "" : $" without '{negative}'");
        bool words = mode == SearchMode.Hybrid;
        return new ComposedQuery(mode, sum, words ? text : null, words ? Meaning(text) : null, kind, understood);
    }

    /// <summary>Rocchio's feedback (1971) on unit vectors: mean of the positive examples minus γ times the mean of the negative ones.</summary>
    internal ComposedQuery Compose(RecommendQuery query)
    {
        float[] sum = Mean(query.Positive, "positive");
        if (query.Negative.Count > 0)
            VectorArithmetic.Add(sum, Mean(query.Negative, "negative"), -options.NegativeExampleWeight);
        if (!VectorArithmetic.TryNormalize(sum))
            throw new QueryException("negative", "takes away all that the positive examples have in common; give other examples");
        string like = query.Positive.Count == 1 ? $"like item {query.Positive[0]}" : $"like {query.Positive.Count} items";
        string unlike = query.Negative.Count == 0 ? "" : query.Negative.Count == 1 ? $", unlike item {query.Negative[0]}" : $", unlike {query.Negative.Count} items";
        MatchKind kind = query.Positive.Count == 1 && query.Negative.Count == 0 ? MatchKind.PictureToPicture : MatchKind.Composed;
        return new ComposedQuery(SearchMode.Visual, sum, null, null, kind, like + unlike);
    }

    private float[]? Meaning(string? text) => text is null || store.Videos == 0 ? null : embedText(text);

    private static SearchMode Resolve(SearchMode mode, string? text, string? negative, bool hasPicture)
    {
        if (text is null && !hasPicture)
        {
            string hint = negative is null ? "" : " negativeText only takes away from what the query asks for.";
            throw new QueryException("text", $"the query is empty; give text, an image or imageId.{hint}");
        }

        if (mode == SearchMode.Text && text is null)
            throw new QueryException("mode", "'text' searches words, but the query has none; give text, or use mode 'visual'");
        return mode switch
        {
            SearchMode.Auto or SearchMode.Hybrid => text is null ? SearchMode.Visual : SearchMode.Hybrid,
            _ => mode,
        };
    }

    private float[] Picture(SearchQuery query, List<string> phrase)
    {
        float[] sum = new float[dimension];
        if (query.PictureVector is { } given)
        {
            VectorArithmetic.Add(sum, Unit(given, "image"), 1);
            phrase.Add("picture");
        }

        if (query.ImageItemId is { } id)
        {
            VectorArithmetic.Add(sum, Stored(id, "imageId"), 1);
            phrase.Add($"item {id}");
        }

        return VectorArithmetic.TryNormalize(sum) ? sum : throw new QueryException("imageId", "is the opposite of the picture; give one of the two");
    }

    private float[] Mean(IReadOnlyList<long> ids, string field)
    {
        float[] mean = new float[dimension];
        foreach (long id in ids)
            VectorArithmetic.Add(mean, Stored(id, field), 1.0 / ids.Count);
        return mean;
    }

    private float[] Stored(long itemId, string field)
    {
        float[] vector = new float[dimension];
        if (store.TryGetVector(itemId, vector))
            return vector;
        throw store.FindItem(itemId) is null
            ? new ItemNotFoundException(field, itemId)
            : new QueryException(field, $"item {itemId} has no vector: its picture could not be embedded with the collection's model; make it readable and run vsearch index");
    }

    // The sum has to have unit norm first, or a query of two nearly opposite parts would be drowned by what is subtracted.
    private void Subtract(float[] sum, float[] negative)
    {
        if (VectorArithmetic.TryNormalize(sum))
            VectorArithmetic.Add(sum, negative, -options.NegativeTextWeight);
    }

    private float[] Unit(float[] vector, string field)
    {
        if (vector.Length != dimension)
            throw new QueryException(field, $"its vector has {vector.Length} numbers, the collection's have {dimension}; embed it with the collection's model");
        float[] unit = [.. vector];
        return VectorArithmetic.TryNormalize(unit) ? unit : throw new QueryException(field, "its vector is zero or not finite; embed it again");
    }

    private static string? Clean(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
