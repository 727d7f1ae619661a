namespace VisualSearch.Search.Evaluation;

/// <summary>What a grade is worth in nDCG.</summary>
public enum NdcgGain
{
    /// <summary>The grade itself, as in trec_eval; the reports of this project use it.</summary>
    Linear,

    /// <summary>2^grade - 1 (Burges et al., ICML 2005): the best grade outweighs all others.</summary>
    Exponential,
}

/// <summary>
/// Measures of one ranked list, as in Järvelin and Kekäläinen (TOIS 2002) and trec_eval. A list is given as the grades of its
/// documents, best place first, 0 for one that is not relevant or not judged; a grade above 0 is relevant.
/// </summary>
public static class RankingMetrics
{
    /// <summary>Discounted cumulative gain of the first k places over that of the ideal order: Σ gain / log2(place + 1).</summary>
    /// <param name="ranked">Grades in the order of the list.</param>
    /// <param name="judged">Grades of all judged documents, in any order; they make the ideal list.</param>
    /// <param name="k">How many places, at least 1.</param>
    /// <param name="gain">What a grade is worth.</param>
    /// <returns>0..1; 0 when nothing is relevant.</returns>
    public static double Ndcg(IReadOnlyList<int> ranked, IReadOnlyCollection<int> judged, int k, NdcgGain gain = NdcgGain.Linear)
    {
        CheckDepth(k);
        double ideal = Dcg([.. judged.OrderDescending()], k, gain);
        return ideal == 0 ? 0 : Dcg(ranked, k, gain) / ideal;
    }

    /// <summary>The share of the first k places that is relevant; a shorter list counts as filled up with misses.</summary>
    public static double Precision(IReadOnlyList<int> ranked, int k)
    {
        CheckDepth(k);
        return (double)ranked.Take(k).Count(grade => grade > 0) / k;
    }

    /// <summary>The share of all relevant documents that the first k places hold; 0 when nothing is relevant.</summary>
    /// <param name="ranked">Grades in the order of the list.</param>
    /// <param name="relevant">How many documents are relevant in all.</param>
    /// <param name="k">How many places, at least 1.</param>
    public static double Recall(IReadOnlyList<int> ranked, int relevant, int k)
    {
        CheckDepth(k);
        return relevant == 0 ? 0 : (double)ranked.Take(k).Count(grade => grade > 0) / relevant;
    }

    /// <summary>1 over the place of the first relevant document; 0 when there is none. Its mean over queries is MRR.</summary>
    public static double ReciprocalRank(IReadOnlyList<int> ranked)
    {
        for (int i = 0; i < ranked.Count; i++)
        {
            if (ranked[i] > 0)
                return 1.0 / (i + 1);
        }

        return 0;
    }

    /// <summary>The mean, over all relevant documents, of the precision at their places; missing ones count 0. Its mean over queries is MAP.</summary>
    /// <param name="ranked">Grades in the order of the list.</param>
    /// <param name="relevant">How many documents are relevant in all.</param>
    public static double AveragePrecision(IReadOnlyList<int> ranked, int relevant)
    {
        if (relevant == 0)
            return 0;
        int found = 0;
        double sum = 0;
        for (int i = 0; i < ranked.Count; i++)
        {
            if (ranked[i] > 0)
                sum += (double)++found / (i + 1);
        }

        return sum / relevant;
    }

    private static double Dcg(IReadOnlyList<int> grades, int k, NdcgGain gain)
    {
        double sum = 0;
        for (int i = 0; i < Math.Min(k, grades.Count); i++)
        {
            int grade = Math.Max(0, grades[i]);
            double worth = gain == NdcgGain.Linear ? grade : Math.Pow(2, grade) - 1;
            sum += worth / Math.Log2(i + 2);
        }

        return sum;
    }

    private static void CheckDepth(int k) => ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
}
