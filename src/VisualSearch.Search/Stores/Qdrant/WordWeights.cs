using System.Text;
using VisualSearch.Encoders.Tokenizers;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Rag.Words;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>
/// The words of an item as a sparse vector, such that its dot product with a query's, each place weighted by how rare it is in the collection
/// (Qdrant's <c>idf</c>), is BM25 (Robertson et al., TREC-3, 1994) with the fields' weights of the embedded store.
/// </summary>
/// <remarks>
/// Words are cut as the catalog's full text cuts them: lower case, no diacritics, English stems. Scripts without blanks between words are
/// looked for by their neighbouring pairs of characters. A place is a hash of the word; of 100,000 words two share one with a chance of about one.
/// </remarks>
internal static class WordWeights
{
    private const float TitleWeight = 4, TagsWeight = 3, PathWeight = 1, TextWeight = 1.5f;

    private const int ShortestBeginning = 2, LongestBeginning = 12;

    // As SQLite's FTS5. The average length is that of a caption with its path; Qdrant knows none, and an item's own weight can't wait for it.
    private const float Saturation = 1.2f, LengthShare = 0.75f, AverageLength = 16;

    /// <summary>The words of an item, and what they begin with.</summary>
    /// <param name="asset">Its asset, whose title, tags, path and text count; null where they do not.</param>
    /// <param name="text">What is said in a passage.</param>
    /// <returns>Null where there is no word.</returns>
    public static (SparseVector Words, SparseVector Beginnings)? Of(Asset? asset, string text)
    {
        Dictionary<uint, float> words = [], beginnings = [];
        int length = 0;
        if (asset is not null)
        {
            Count(asset.Title, TitleWeight);
            Count(string.Join(' ', asset.Tags), TagsWeight);
            Count(asset.RelativePath.Length > 0 ? asset.RelativePath : Path.GetFileName(asset.Path), PathWeight);
            Count(asset.Text, TextWeight);
        }

        Count(text, TextWeight);
        return words.Count == 0 ? null : (Saturated(words, length), Saturated(beginnings, length));

        void Count(string? field, float weight)
        {
            foreach (string term in Terms(field ?? "", pairsAlone: false))
            {
                Add(words, PorterStemmer.Stem(term), weight);
                for (int letters = ShortestBeginning; letters <= Math.Min(term.Length, LongestBeginning); letters++)
                    Add(beginnings, term[..letters], weight);
                length++;
            }
        }
    }

    /// <summary>The places of a query's words, each once; none when there is no word in it.</summary>
    public static uint[] Places(string query) => [.. TextQuery.Words(query).SelectMany(static word => Terms(word, pairsAlone: true)).Select(static term => Place(PorterStemmer.Stem(term))).Distinct()];

    /// <summary>The places of what a query's words begin with; one letter begins a good part of all words.</summary>
    public static uint[] BeginningPlaces(string query) =>
    [
        .. TextQuery.Words(query).SelectMany(static word => Terms(word, pairsAlone: true)).Where(static term => term.Length >= ShortestBeginning)
            .Select(static term => Place(term.Length > LongestBeginning ? term[..LongestBeginning] : term)).Distinct(),
    ];

    /// <summary>A sparse vector, its places in order as Qdrant keeps them.</summary>
    public static SparseVector Vector(IEnumerable<KeyValuePair<uint, float>> weights)
    {
        KeyValuePair<uint, float>[] ordered = [.. weights.OrderBy(static pair => pair.Key)];
        return new SparseVector([.. ordered.Select(static pair => pair.Key)], [.. ordered.Select(static pair => pair.Value)]);
    }

    private static void Add(Dictionary<uint, float> counts, string term, float weight)
    {
        uint place = Place(term);
        counts[place] = counts.GetValueOrDefault(place) + weight;
    }

    private static SparseVector Saturated(Dictionary<uint, float> counts, int length)
    {
        float norm = Saturation * (1 - LengthShare + (LengthShare * length / AverageLength));
        return Vector(counts.Select(pair => KeyValuePair.Create(pair.Key, pair.Value * (Saturation + 1) / (pair.Value + norm))));
    }

    // A single ideograph is looked for alone only when it is all there is: pairs say that characters are neighbours.
    private static IEnumerable<string> Terms(string text, bool pairsAlone)
    {
        foreach (string word in TextQuery.Runs(text))
        {
            string[] parts = TextQuery.Separate(word).Split(' ', StringSplitOptions.RemoveEmptyEntries);
            for (int i = 0; i < parts.Length; i++)
            {
                bool unspaced = IsUnspaced(parts[i]);
                bool paired = unspaced && i + 1 < parts.Length && IsUnspaced(parts[i + 1]);
                if (paired)
                    yield return parts[i] + parts[i + 1];
                bool inPair = paired || (unspaced && i > 0 && IsUnspaced(parts[i - 1]));
                if (!unspaced || !(pairsAlone && inPair))
                    yield return Fold(parts[i]);
            }
        }
    }

    private static bool IsUnspaced(string part) => TextQuery.IsUnspaced(Rune.GetRuneAt(part, 0).Value);

    private static string Fold(string word)
    {
        var folded = new StringBuilder(word.Length);
        Decompositions.AppendWithoutMarks(word.ToLowerInvariant(), folded);
        return folded.ToString();
    }

    // FNV-1a (Fowler, Noll, Vo) with a last mix: 32 bits of few letters, the same on every machine and in every version.
    private static uint Place(string term)
    {
        uint hash = 2166136261;
        foreach (byte one in Encoding.UTF8.GetBytes(term))
            hash = (hash ^ one) * 16777619;
        hash ^= hash >> 15;
        return hash * 2246822519;
    }
}
