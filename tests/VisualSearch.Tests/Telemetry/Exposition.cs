using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace VisualSearch.Tests.Telemetry;

/// <summary>
/// Prometheus' text format 0.0.4 as its description has it, read strictly and independently of what writes it: letter by letter, and what it does not allow is an
/// error.
/// </summary>
internal sealed partial class Exposition
{
    private readonly List<Family> _families = [];

    public IReadOnlyList<Family> Families => _families;

    public sealed record Family(string Name, string Type, string Help, List<Sample> Samples);

    public sealed record Sample(string Name, SortedDictionary<string, string> Labels, double Value)
    {
        public string Key => string.Join(',', Labels.Select(static label => $"{label.Key}={label.Value}"));
    }

    public Family this[string name] => _families.Single(family => family.Name == name);

    /// <summary>The sum of the samples with these labels, such as <c>outcome=ok</c>; 0 where there are none.</summary>
    public double Sum(string sample, params (string Name, string Value)[] labels) => _families.SelectMany(static family => family.Samples)
        .Where(one => one.Name == sample && Array.TrueForAll(labels, label => one.Labels.TryGetValue(label.Name, out var value) && value == label.Value))
        .Sum(static one => one.Value);

    public static Exposition Parse(string text)
    {
        if (!text.EndsWith('\n')) throw new FormatException("The last line does not end.");
        var read = new Exposition();
        string? help = null, helpOf = null;
        foreach (var line in text[..^1].Split('\n'))
        {
            if (line.StartsWith("# HELP ", StringComparison.Ordinal))
            {
                var parts = line["# HELP ".Length..].Split(' ', 2);
                (helpOf, help) = (parts[0], Unescape(parts[1], quotes: false));
            }
            else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
            {
                var parts = line["# TYPE ".Length..].Split(' ');
                if (parts.Length != 2 || parts[0] != helpOf) throw new FormatException($"TYPE without its HELP: {line}");
                if (parts[1] is not ("counter" or "gauge" or "histogram")) throw new FormatException(line);
                if (read._families.Exists(family => family.Name == parts[0])) throw new FormatException($"{parts[0]} comes twice.");
                read._families.Add(new Family(parts[0], parts[1], help!, []));
            }
            else
            {
                read.Take(line);
            }
        }

        read._families.ForEach(Check);
        return read;
    }

    private void Take(string line)
    {
        var name = Name().Match(line).Value;
        if (name.Length == 0) throw new FormatException(line);
        var family = _families[^1];
        var own = family.Type == "histogram" ? name == family.Name + "_bucket" || name == family.Name + "_sum" || name == family.Name + "_count" : name == family.Name;
        if (!own) throw new FormatException($"{name} does not belong to {family.Name}.");
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var at = name.Length;
        if (line[at] == '{')
        {
            at++;
            while (line[at] != '}')
            {
                var label = Label().Match(line, at).Value;
                at += label.Length;
                if (label.Length == 0 || line[at++] != '=' || line[at++] != '"') throw new FormatException(line);
                var from = at;
                while (line[at] != '"') at += line[at] == '\\' ? 2 : 1;
                labels.Add(label, Unescape(line[from..at], quotes: true));
                at++;
                if (line[at] == ',') at++;
                else if (line[at] != '}') throw new FormatException(line);
            }

            at++;
        }

        if (line[at++] != ' ') throw new FormatException(line);
        var sample = new Sample(name, labels, Number(line[at..]));
        if (family.Samples.Exists(other => other.Name == name && other.Key == sample.Key)) throw new FormatException($"Twice: {line}");
        family.Samples.Add(sample);
    }

    private static void Check(Family family)
    {
        if (family.Samples.Count == 0) throw new FormatException($"{family.Name} has a head and nothing else.");
        if (family.Type == "counter" && (!family.Name.EndsWith("_total", StringComparison.Ordinal) || family.Samples.Exists(static sample => !(sample.Value >= 0)))) throw new FormatException(family.Name);
        if (family.Type != "histogram") return;
        foreach (var one in family.Samples.GroupBy(static sample => string.Join(',', sample.Labels.Where(static label => label.Key != "le").Select(static label => $"{label.Key}={label.Value}"))))
        {
            var buckets = one.Where(sample => sample.Name == family.Name + "_bucket").Select(static sample => (Bound: Number(sample.Labels["le"]), sample.Value)).ToArray();
            for (var i = 1; i < buckets.Length; i++)
            {
                if (!(buckets[i].Bound > buckets[i - 1].Bound)) throw new FormatException($"{family.Name}: bounds do not rise.");
                if (buckets[i].Value < buckets[i - 1].Value) throw new FormatException($"{family.Name}: buckets are not cumulative.");
            }

            var count = one.Single(sample => sample.Name == family.Name + "_count").Value;
            var sum = one.Single(sample => sample.Name == family.Name + "_sum").Value;
            if (!double.IsPositiveInfinity(buckets[^1].Bound) || buckets[^1].Value != count) throw new FormatException($"{family.Name}: +Inf is not the count.");
            if (count > 0 && sum < 0) throw new FormatException($"{family.Name}: a sum below zero of what is never negative.");
        }
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture),
    };

    private static string Unescape(string text, bool quotes)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                plain.Append(text[i]);
                continue;
            }

            plain.Append(text[++i] switch
            {
                '\\' => '\\',
                'n' => '\n',
                '"' when quotes => '"',
                var other => throw new FormatException($"\\{other} in {text}"),
            });
        }

        return plain.ToString();
    }

    [GeneratedRegex(@"^[a-zA-Z_:][a-zA-Z0-9_:]*")]
    private static partial Regex Name();

    [GeneratedRegex(@"\G[a-zA-Z_][a-zA-Z0-9_]*")]
    private static partial Regex Label();
}
