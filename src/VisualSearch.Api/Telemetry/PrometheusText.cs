using System.Globalization;
using System.Text;

namespace VisualSearch.Api.Telemetry;

/// <summary>
/// Prometheus' text format 0.0.4, written by hand: a head for each metric, then its samples, one a line.
/// <code>
/// # HELP vsearch_searches_total Searches by how they ended.
/// # TYPE vsearch_searches_total counter
/// vsearch_searches_total{collection="default",outcome="ok"} 12
/// </code>
/// </summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    /// <summary>Begins a metric.</summary>
    /// <param name="name">Its name, legal already.</param>
    /// <param name="type">counter, gauge or histogram.</param>
    /// <param name="help">What it means; line breaks and backslashes are escaped.</param>
    public void Head(string name, string type, string help)
    {
        _text.Append("# HELP ").Append(name).Append(' ');
        Escape(help, quotes: false);
        _text.Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    /// <summary>Writes one sample.</summary>
    /// <param name="name">The metric's name, with <c>_bucket</c>, <c>_sum</c> or <c>_count</c> for a histogram's parts.</param>
    /// <param name="labels">Names, legal already, and values, which are escaped.</param>
    /// <param name="value">The value.</param>
    /// <param name="upTo">The upper bound of a histogram's bucket; null for any other sample.</param>
    public void Sample(string name, IReadOnlyList<KeyValuePair<string, string>> labels, double value, double? upTo = null)
    {
        _text.Append(name);
        if (labels.Count > 0 || upTo is not null)
        {
            var between = '{';
            foreach (var (label, text) in labels)
            {
                _text.Append(between).Append(label).Append("=\"");
                Escape(text, quotes: true);
                _text.Append('"');
                between = ',';
            }

            if (upTo is { } bound) _text.Append(between).Append("le=\"").Append(Number(bound)).Append('"');
            _text.Append('}');
        }

        _text.Append(' ').Append(Number(value)).Append('\n');
    }

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(_text.ToString());

    /// <summary>A number as Go reads it.</summary>
    public static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private void Escape(string text, bool quotes)
    {
        foreach (var letter in text)
        {
            switch (letter)
            {
                case '\\':
                    _text.Append("\\\\");
                    break;
                case '\n':
                    _text.Append("\\n");
                    break;
                case '"' when quotes:
                    _text.Append("\\\"");
                    break;
                default:
                    _text.Append(letter);
                    break;
            }
        }
    }
}
