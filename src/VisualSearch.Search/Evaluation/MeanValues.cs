namespace VisualSearch.Search.Evaluation;

/// <summary>Means by name, in the order the names first came.</summary>
internal sealed class MeanValues
{
    private readonly Dictionary<string, (double Sum, int Count)> sums = new(StringComparer.Ordinal);

    internal void Add(string name, double value)
    {
        (double sum, int count) = sums.GetValueOrDefault(name);
        sums[name] = (sum + value, count + 1);
    }

    internal IReadOnlyDictionary<string, double> ToDictionary() => sums.ToDictionary(pair => pair.Key, pair => pair.Value.Sum / pair.Value.Count);
}
