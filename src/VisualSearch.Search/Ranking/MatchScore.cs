using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Ranking;

/// <summary>What kind of query vector there is, because each has cosines of its own scale.</summary>
public enum MatchKind
{
    /// <summary>None: only words are looked for in words.</summary>
    Words,

    /// <summary>A picture, a crop or a stored item.</summary>
    PictureToPicture,

    /// <summary>Words embedded into the picture space.</summary>
    TextToPicture,

    /// <summary>Several vectors added or subtracted.</summary>
    Composed,
}

/// <summary>
/// The stage "match": a number of 0 to 100 that people can read and that means the same from query to query, which cosines,
/// BM25 and fused scores do not. Similarity goes through the curve of its kind; words count by the share that is found in the
/// item's title, tags, path and text. For a query in words the two are joined as independent evidence, 1 - (1 - v)(1 - w); with a
/// picture in the query, words can lift a result no further than half-way, because a caption does not make pictures alike.
/// </summary>
public sealed class MatchScore(MatchCurves curves)
{
    /// <summary>Writes <see cref="Candidate.Match"/>.</summary>
    /// <param name="candidates">Candidates with records.</param>
    /// <param name="kind">What the query vector is made of.</param>
    /// <param name="words">The words that were searched in titles, tags, path and text; null when they were not.</param>
    public void Apply(IEnumerable<Candidate> candidates, MatchKind kind, string? words)
    {
        HashSet<string> wanted = QueryWords.Of(words);
        foreach (Candidate candidate in candidates)
        {
            double similarity = Similarity(candidate.ExactScore, kind);
            double found = wanted.Count == 0 || candidate.Record is null ? 0 : Share(wanted, candidate.Record.Asset, candidate.Said ?? candidate.Record.Item.Text);
            // Half of the words is much less than half a match: "red boat" is no red car.
            double byWords = curves.WordsCeiling * found * found;
            double match = kind switch
            {
                MatchKind.Words => byWords,
                MatchKind.TextToPicture => 1 - ((1 - similarity) * (1 - byWords)),
                _ => Math.Max(similarity, (similarity + byWords) / 2),
            };
            candidate.Match = (int)Math.Round(100 * Math.Clamp(match, 0, 1), MidpointRounding.AwayFromZero);
            if (candidate.Explanation is { } explanation)
            {
                if (wanted.Count > 0)
                    explanation.WordsFound = found;
                string words100 = wanted.Count > 0 ? $", {found * wanted.Count:0} of {wanted.Count} words as {100 * byWords:0}" : "";
                string similarity100 = kind == MatchKind.Words ? "" : $", similarity reads as {100 * similarity:0}";
                explanation.Add("match", $"Match {candidate.Match} of 100{similarity100}{words100}.");
            }
        }
    }

    private double Similarity(float? cosine, MatchKind kind) => cosine is not { } x ? 0 : kind switch
    {
        MatchKind.PictureToPicture => curves.PictureToPicture.At(x),
        MatchKind.TextToPicture => curves.TextToPicture.At(x),
        MatchKind.Composed => curves.Composed.At(x),
        _ => 0,
    };

    private static double Share(HashSet<string> wanted, Asset asset, string? said)
    {
        HashSet<string> has = QueryWords.Split(asset.Title);
        has.UnionWith(QueryWords.Split(said));
        has.UnionWith(QueryWords.Split(asset.RelativePath));
        has.UnionWith(QueryWords.Split(asset.Text));
        foreach (string tag in asset.Tags)
            has.UnionWith(QueryWords.Split(tag));
        // The catalog finds words that begin alike where it finds no whole ones ("sunfl" while someone is still typing).
        return wanted.Sum(word => has.Contains(word) ? 1 : has.Any(other => other.StartsWith(word, StringComparison.Ordinal)) ? 0.5 : 0) / wanted.Count;
    }
}
