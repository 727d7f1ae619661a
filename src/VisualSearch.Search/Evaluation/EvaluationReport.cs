using System.Text.Json;

namespace VisualSearch.Search.Evaluation;

/// <summary>The figures of one or more evaluations: metrics of 0..1 by set.</summary>
public sealed class EvaluationReport
{
    private readonly Dictionary<string, IReadOnlyDictionary<string, double>> sets = new(StringComparer.Ordinal);

    /// <summary>Metrics by name, by set, in the order they were added.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Sets => sets;

    /// <summary>Adds a set, or replaces it.</summary>
    /// <param name="set">The set's name, such as <c>samples</c>.</param>
    /// <param name="metrics">Its metrics, such as <c>ndcg10</c>.</param>
    public void Add(string set, IReadOnlyDictionary<string, double> metrics) => sets[set] = metrics;

    /// <summary><c>{set: {metric: value}}</c>, values with four decimals.</summary>
    public string ToJson()
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            foreach ((string set, IReadOnlyDictionary<string, double> metrics) in sets)
            {
                json.WriteStartObject(set);
                foreach ((string metric, double value) in metrics)
                    json.WriteNumber(metric, Math.Round(value, 4));
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
