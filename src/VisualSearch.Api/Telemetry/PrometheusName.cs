using System.Text;

namespace VisualSearch.Api.Telemetry;

/// <summary>OpenTelemetry's names as Prometheus has them: <c>vsearch.search.duration</c> in <c>s</c> becomes <c>vsearch_search_duration_seconds</c>.</summary>
internal static class PrometheusName
{
    /// <summary>The name of a metric, with its unit, and <c>_total</c> where it only grows.</summary>
    /// <param name="name">OpenTelemetry's name.</param>
    /// <param name="unit">OpenTelemetry's unit (UCUM); what stands in braces says what is counted, and is no unit.</param>
    /// <param name="growsOnly">Whether it is a counter.</param>
    public static string Metric(string name, string unit, bool growsOnly)
    {
        var full = new StringBuilder(Legal(name, colons: true));
        if (Unit(unit) is { } word && !EndsWith(full, word)) full.Append('_').Append(word);
        if (growsOnly && !EndsWith(full, "total")) full.Append("_total");
        return full.ToString();
    }

    /// <summary>The name of a label.</summary>
    public static string Label(string name) => Legal(name, colons: false);

    private static string Legal(string name, bool colons)
    {
        var legal = new StringBuilder(name.Length + 1);
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) legal.Append('_');
        foreach (var letter in name) legal.Append(char.IsAsciiLetterOrDigit(letter) || (colons && letter == ':') ? letter : '_');
        return legal.ToString();
    }

    private static string? Unit(string unit) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "By" => "bytes",
        // "1" is a share: a histogram of shares needs no word for it.
        "" or "1" => null,
        _ when unit[0] == '{' => null,
        _ => Legal(unit, colons: false),
    };

    private static bool EndsWith(StringBuilder name, string word) => name.Length > word.Length && name[name.Length - word.Length - 1] == '_' && name.ToString().EndsWith(word, StringComparison.Ordinal);
}
