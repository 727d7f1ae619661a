namespace VisualSearch.Tests.Media.Video;

/// <summary>Counts found borders against the true ones: each true border is met by at most one found within the tolerance.</summary>
internal sealed class BorderScore
{
    public const double ToleranceSeconds = 0.25;

    private int hits;
    private int found;
    private int expected;

    public double Precision => found == 0 ? 1 : hits / (double)found;

    public double Recall => expected == 0 ? 1 : hits / (double)expected;

    public double F1 => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);

    /// <summary>Counts one video; found borders that belong to <paramref name="others"/> are left out.</summary>
    public void Count(IReadOnlyList<double> truth, IReadOnlyList<double> others, IReadOnlyList<double> borders)
    {
        var left = new List<double>(borders);
        left.RemoveAll(border => others.Any(o => Math.Abs(o - border) <= ToleranceSeconds) && !truth.Any(t => Math.Abs(t - border) <= ToleranceSeconds));
        expected += truth.Count;
        found += left.Count;
        foreach (double time in truth)
        {
            int index = left.FindIndex(border => Math.Abs(border - time) <= ToleranceSeconds);
            if (index < 0)
                continue;
            hits++;
            left.RemoveAt(index);
        }
    }

    public override string ToString() => $"precision {Precision:0.000}, recall {Recall:0.000}, F1 {F1:0.000} ({hits} hits of {expected}, {found} found)";
}
