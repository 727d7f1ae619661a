using System.Text.Json;
using System.Text.RegularExpressions;

namespace VisualSearch.Tests.Deploy;

/// <summary>A Dockerfile's instructions in order, with continued lines joined and comments left out.</summary>
internal sealed partial record Dockerfile(IReadOnlyList<(string Name, string Arguments)> Instructions)
{
    // Those that we use; another one is likely misspelt.
    private static readonly string[] Known = ["FROM", "RUN", "ENV", "WORKDIR", "COPY", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"];

    public static Dockerfile Parse(string text)
    {
        var lines = text.Split('\n').Where(static line => !line.TrimStart().StartsWith('#'));
        var whole = Continued().Replace(string.Join('\n', lines), " ");
        return new Dockerfile([.. whole.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(static line =>
        {
            var parts = line.Split(' ', 2, StringSplitOptions.TrimEntries);
            return Known.Contains(parts[0]) && parts.Length == 2 ? (parts[0], parts[1]) : throw new FormatException($"'{line}' is no instruction that is known here.");
        })]);
    }

    public IEnumerable<string> All(string name) => Instructions.Where(one => one.Name == name).Select(static one => one.Arguments);

    /// <summary>The instructions of the last stage, which is what runs.</summary>
    public Dockerfile Last => new([.. Instructions.Skip(Instructions.ToList().FindLastIndex(static one => one.Name == "FROM"))]);

    /// <summary>Variables of the environment.</summary>
    public Dictionary<string, string> Variables => All("ENV").SelectMany(static line => Pair().Matches(line)).ToDictionary(static pair => pair.Groups[1].Value, static pair => pair.Groups[2].Value);

    /// <summary>What is copied from the repository: sources and destination.</summary>
    public IEnumerable<(string[] Sources, string Destination)> Copies => All("COPY").Where(static line => !line.StartsWith("--from", StringComparison.Ordinal))
        .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .Select(static words => (words[..^1], words[^1]));

    /// <summary>The program and arguments of the health check.</summary>
    public string[] Health => JsonSerializer.Deserialize<string[]>(Array()
        .Match(Instructions.Single(static one => one.Name == "HEALTHCHECK").Arguments).Value)!;

    [GeneratedRegex(@"\\\n")]
    private static partial Regex Continued();

    [GeneratedRegex(@"(\w+)=(\S+)")]
    private static partial Regex Pair();

    [GeneratedRegex(@"\[.*\]$")]
    private static partial Regex Array();
}
