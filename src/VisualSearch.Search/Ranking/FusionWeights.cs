namespace VisualSearch.Search.Ranking;

/// <summary>What every fusion asks of its weights and lists.</summary>
internal static class FusionWeights
{
    internal static void Check(double visualWeight, double textWeight)
    {
        if (!(visualWeight >= 0 && textWeight >= 0 && visualWeight + textWeight > 0 && double.IsFinite(visualWeight + textWeight)))
        {
            throw new ArgumentException(
                $"Fusion weights are {visualWeight} (visual) and {textWeight} (text); both must be ≥ 0 and finite, and one above 0.", nameof(visualWeight));
        }
    }

    internal static void CheckLengths(IReadOnlyList<double?> visual, IReadOnlyList<double?> text)
    {
        if (visual.Count != text.Count)
            throw new ArgumentException($"There are {visual.Count} visual and {text.Count} text scores; each candidate needs one of both.", nameof(text));
    }
}
