namespace VisualSearch.Search.Ranking;

/// <summary>
/// A logistic curve from a cosine to a probability-like 0..1 (Platt 1999): 1 / (1 + exp(-Slope · (cosine - Middle))).
/// </summary>
/// <param name="Middle">The cosine that reads as 50.</param>
/// <param name="Slope">How quickly the curve rises, above 0.</param>
public readonly record struct MatchCurve(double Middle, double Slope)
{
    /// <summary>The curve's value, 0..1.</summary>
    public double At(double cosine) => 1 / (1 + Math.Exp(-Slope * (cosine - Middle)));
}

/// <summary>
/// One curve for each kind of query, because cosines between two pictures and between words and a picture live on
/// different scales: 0.3 is far apart for pictures and close for words.
/// </summary>
public sealed record MatchCurves
{
    /// <summary>Picture, crop or stored item against pictures.</summary>
    public MatchCurve PictureToPicture { get; init; } = new(0.55, 12);

    /// <summary>Words against pictures.</summary>
    public MatchCurve TextToPicture { get; init; } = new(0.25, 14);

    /// <summary>A vector composed of picture and words, or with something subtracted.</summary>
    public MatchCurve Composed { get; init; } = new(0.42, 12);

    /// <summary>Largest share of certainty that words alone give, 0..1: a caption that has all words of the query may still be wrong.</summary>
    public double WordsCeiling { get; init; } = 0.95;

    /// <summary>Checks every curve.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public void Validate()
    {
        Check(PictureToPicture, nameof(PictureToPicture));
        Check(TextToPicture, nameof(TextToPicture));
        Check(Composed, nameof(Composed));
        if (!(WordsCeiling is >= 0 and <= 1))
        {
            throw new ArgumentException($"RankingOptions.Match.WordsCeiling is {WordsCeiling}; it must be 0..1.", nameof(WordsCeiling));
        }
    }

    private static void Check(MatchCurve curve, string name)
    {
        if (!(double.IsFinite(curve.Middle) && curve.Slope is > 0 and <= 1e6))
        {
            throw new ArgumentException($"RankingOptions.Match.{name} is {curve}; Middle must be finite and Slope above 0.", name);
        }
    }
}
