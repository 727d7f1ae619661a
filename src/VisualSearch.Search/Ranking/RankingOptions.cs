namespace VisualSearch.Search.Ranking;

/// <summary>How the list of the vector search and the list of the words become one.</summary>
public enum FusionMethod
{
    /// <summary>By ranks alone, so that the scales of the scores don't matter (<see cref="ReciprocalRankFusion"/>).</summary>
    ReciprocalRank,

    /// <summary>By a weighted sum of scores, each list mapped to 0..1 (<see cref="WeightedFusion"/>).</summary>
    Weighted,

    /// <summary>By the chance that any of the lists is right (<see cref="CalibratedFusion"/>); a query with a picture by a weighted sum, since
    /// its words say more of what the picture shows, and are no second way to the answer.</summary>
    Calibrated,
}

/// <summary>Settings of every ranking stage. The defaults need no change for pictures with captions.</summary>
public sealed record RankingOptions
{
    /// <summary>
    /// How lists are joined. Ranks forget how far ahead the leader of a list is, which costs most where one list is much surer than the
    /// other; weighted sums keep it; calibrated chances also know a list that has nothing to say. Judged sample queries had a hybrid
    /// nDCG@10 of 0.80 by ranks (with an early model), 0.936 by weighted sums and 0.944 by chances; of judged moments in 24 videos 0.715
    /// were among the first five by weighted sums, 0.812 by chances (of that time).
    /// </summary>
    public FusionMethod Fusion { get; init; } = FusionMethod.Calibrated;

    /// <summary>The constant k of reciprocal rank fusion: the bigger, the flatter; 60 in Cormack et al. 2009.</summary>
    public int ReciprocalRankConstant { get; init; } = 60;

    /// <summary>Weight of the vector search's list in fusion, ≥ 0.</summary>
    public double VisualWeight { get; init; } = 1;

    /// <summary>Weight of the words' list in fusion, ≥ 0.</summary>
    public double TextWeight { get; init; } = 1;

    /// <summary>Weight of the passages' list in fusion, ≥ 0; it counts where there are videos. Little more than a tie-break, since
    /// the default model's text tower was trained on names and captions, and knows little of stories.</summary>
    public double PassageWeight { get; init; } = 0.02;

    /// <summary>How weighted fusion maps the scores of each list to 0..1.</summary>
    public ScoreNormalization Normalization { get; init; } = ScoreNormalization.MinMax;

    /// <summary>Share of the words in the vector of a query with picture and words, 0..1.</summary>
    public double TextShare { get; init; } = 0.5;

    /// <summary>How much of the negative text's vector is subtracted, 0..1.</summary>
    public double NegativeTextWeight { get; init; } = 0.5;

    /// <summary>How much of the mean of the negative examples is subtracted in recommend, 0..1 (γ of Rocchio 1971).</summary>
    public double NegativeExampleWeight { get; init; } = 0.25;

    /// <summary>Candidates taken from each list for the first pages. Bounds the work of collapse and diversity.</summary>
    public int CandidateWindow { get; init; } = 200;

    /// <summary>A window holds this many times the results it may show, so that collapse and rules can drop some.</summary>
    public int WindowFactor { get; init; } = 2;

    /// <summary>Deepest place that can be asked for (offset + k). Deep pages cost a search of that depth; a cursor is a bug or a scraper.</summary>
    public int MaxDepth { get; init; } = 10_000;

    /// <summary>Longest query text in characters; towers read a few dozen words, and BM25's cost grows with the words.</summary>
    public int MaxTextLength { get; init; } = 1_000;

    /// <summary>Largest efSearch a query may ask for; bounds the cost of one search.</summary>
    public int MaxEfSearch { get; init; } = 10_000;

    /// <summary>Most examples that recommend takes, positive and negative together.</summary>
    public int MaxExamples { get; init; } = 1_000;

    /// <summary>Perceptual hashes at most this many bits apart (of 64) may be the same picture.</summary>
    public int DuplicateHashDistance { get; init; } = 6;

    /// <summary>… if their vectors are at least this similar (cosine). Hashes alone are fooled by flat pictures, which all hash alike.</summary>
    public double DuplicateSimilarity { get; init; } = 0.9;

    /// <summary>Vectors at least this similar (cosine) are the same picture whatever the hashes say: a shot and its neighbour have no useful hash.</summary>
    public double DuplicateSimilarityAlone { get; init; } = 0.995;

    /// <summary>How many of the best results diversity may reorder; its cost grows with the square.</summary>
    public int DiversityDepth { get; init; } = 200;

    /// <summary>How scores become a match of 0 to 100.</summary>
    public MatchCurves Match { get; init; } = new();

    /// <summary>A match under this is "no good match", 0..100.</summary>
    public int NoGoodMatchBelow { get; init; } = 25;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the message names it.</exception>
    public RankingOptions Validate()
    {
        Require(ReciprocalRankConstant is >= 1 and <= 10_000, nameof(ReciprocalRankConstant), ReciprocalRankConstant, "1..10000");
        Require(VisualWeight is >= 0 and <= 1e6, nameof(VisualWeight), VisualWeight, "0..1e6");
        Require(TextWeight is >= 0 and <= 1e6, nameof(TextWeight), TextWeight, "0..1e6");
        Require(PassageWeight is >= 0 and <= 1e6, nameof(PassageWeight), PassageWeight, "0..1e6");
        Require(VisualWeight + TextWeight > 0, nameof(TextWeight), TextWeight, "above 0 unless VisualWeight is");
        Require(TextShare is >= 0 and <= 1, nameof(TextShare), TextShare, "0..1");
        Require(NegativeTextWeight is >= 0 and <= 1, nameof(NegativeTextWeight), NegativeTextWeight, "0..1");
        Require(NegativeExampleWeight is >= 0 and <= 1, nameof(NegativeExampleWeight), NegativeExampleWeight, "0..1");
        Require(CandidateWindow is >= 10 and <= 10_000, nameof(CandidateWindow), CandidateWindow, "10..10000");
        Require(WindowFactor is >= 1 and <= 100, nameof(WindowFactor), WindowFactor, "1..100");
        Require(MaxDepth is >= 1 and <= 1_000_000, nameof(MaxDepth), MaxDepth, "1..1000000");
        Require(MaxTextLength is >= 1, nameof(MaxTextLength), MaxTextLength, "at least 1");
        Require(MaxEfSearch is >= 1, nameof(MaxEfSearch), MaxEfSearch, "at least 1");
        Require(MaxExamples is >= 1, nameof(MaxExamples), MaxExamples, "at least 1");
        Require(DuplicateHashDistance is >= 0 and <= 64, nameof(DuplicateHashDistance), DuplicateHashDistance, "0..64");
        Require(DuplicateSimilarity is >= -1 and <= 1, nameof(DuplicateSimilarity), DuplicateSimilarity, "-1..1");
        Require(DuplicateSimilarityAlone is >= -1 and <= 2, nameof(DuplicateSimilarityAlone), DuplicateSimilarityAlone, "-1..1, or 2 for never");
        Require(DiversityDepth is >= 1 and <= 10_000, nameof(DiversityDepth), DiversityDepth, "1..10000");
        Require(NoGoodMatchBelow is >= 0 and <= 100, nameof(NoGoodMatchBelow), NoGoodMatchBelow, "0..100");
        Match.Validate();
        return this;
    }

    private static void Require(bool holds, string name, object value, string range)
    {
        if (!holds)
        {
            throw new ArgumentException($"RankingOptions.{name} is {value}; it must be {range}.", name);
        }
    }
}
