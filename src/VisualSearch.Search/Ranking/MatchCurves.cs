namespace VisualSearch.Search.Ranking;

/// <summary>
/// A logistic curve from a cosine to a share of 0..1: 1 / (1 + exp(-Slope · (cosine - Middle))), scaled so that a cosine of 1, the
/// same picture, gives 1.
/// </summary>
/// <param name="Middle">The cosine that reads as about 50.</param>
/// <param name="Slope">How quickly the curve rises, above 0.</param>
public readonly record struct MatchCurve(double Middle, double Slope)
{
    /// <summary>What a chance similarity reads as; the cut-off for "no good match" is here.</summary>
    public const double AtChance = 0.25;

    /// <summary>What a clear match reads as.</summary>
    public const double AtClear = 0.9;

    /// <summary>The curve that reads <see cref="AtChance"/> at one cosine and (nearly) <see cref="AtClear"/> at another.</summary>
    /// <param name="chance">A cosine that pictures with nothing in common hardly ever exceed.</param>
    /// <param name="clear">A cosine at which nobody doubts the match; greater than <paramref name="chance"/>.</param>
    /// <exception cref="ArgumentException">The two are not finite or in the wrong order: the model can't tell right from wrong.</exception>
    public static MatchCurve Through(double chance, double clear)
    {
        if (!(double.IsFinite(chance) && double.IsFinite(clear) && clear > chance))
            throw new ArgumentException($"No rising curve goes through a chance similarity of {chance:0.###} and a clear one of {clear:0.###}.", nameof(clear));
        double slope = (Logit(AtClear) - Logit(AtChance)) / (clear - chance);
        return new MatchCurve(chance - (Logit(AtChance) / slope), slope);
    }

    /// <summary>The curve's value, 0..1.</summary>
    public double At(double cosine) => Math.Min(1, Logistic(cosine) / Logistic(1));

    private double Logistic(double cosine) => 1 / (1 + Math.Exp(-Slope * (cosine - Middle)));

    private static double Logit(double share) => Math.Log(share / (1 - share));
}

/// <summary>
/// One curve for each kind of query, because cosines between two pictures and between words and a picture live on
/// different scales: 0.6 is nothing for two pictures and excellent for words.
/// </summary>
/// <remarks>
/// The defaults are what <c>vsearch eval --calibrate</c> (<see cref="Evaluation.MatchCalibration"/>) prints for the default model and
/// Tiny-ImageNet's validation pictures. Another model needs its own.
/// </remarks>
public sealed record MatchCurves
{
    /// <summary>Picture, crop or stored item against pictures.</summary>
    public MatchCurve PictureToPicture { get; init; } = new(0.823, 42.3);

    /// <summary>Words against pictures.</summary>
    public MatchCurve TextToPicture { get; init; } = new(0.437, 22.9);

    /// <summary>A vector composed of picture and words, or with something subtracted.</summary>
    public MatchCurve Composed { get; init; } = new(0.71, 17);

    /// <summary>The share of a query's words, by rarity, that a text has: what fusion makes of BM25 over its best.
    /// Chosen on the judged moments of videos that are not the demo's: slopes of 8, 10 and 12 found 0.806, 0.849 and 0.839, middles of 0.55 and 0.65
    /// 0.833 and 0.849 with a lower nDCG.</summary>
    public MatchCurve WordsToText { get; init; } = new(0.6, 10);

    /// <summary>A query in words against what is said, both as the text tower means them.</summary>
    public MatchCurve WordsToPassage { get; init; } = new(0.75, 20);

    /// <summary>Largest share of certainty that words alone give, 0..1: a caption that has all words of the query may still be wrong.</summary>
    public double WordsCeiling { get; init; } = 0.95;

    /// <summary>The curves of the lists that a query is answered from.</summary>
    /// <param name="kind">What the query vector is made of.</param>
    public ListCurves Of(MatchKind kind) => new(
        kind switch
        {
            MatchKind.PictureToPicture => PictureToPicture,
            MatchKind.TextToPicture => TextToPicture,
            MatchKind.Composed => Composed,
            _ => default,
        },
        WordsToText, WordsToPassage);

    /// <summary>Checks every curve.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Check(PictureToPicture, nameof(PictureToPicture));
        Check(TextToPicture, nameof(TextToPicture));
        Check(Composed, nameof(Composed));
        Check(WordsToText, nameof(WordsToText));
        Check(WordsToPassage, nameof(WordsToPassage));
        if (!(WordsCeiling is >= 0 and <= 1))
            throw new ArgumentException($"RankingOptions.Match.WordsCeiling is {WordsCeiling}; it must be 0..1.", nameof(WordsCeiling));
    }

    private static void Check(MatchCurve curve, string name)
    {
        if (!(double.IsFinite(curve.Middle) && curve.Slope is > 0 and <= 1e6))
            throw new ArgumentException($"RankingOptions.Match.{name} is {curve}; Middle must be finite and Slope above 0.", name);
    }
}
