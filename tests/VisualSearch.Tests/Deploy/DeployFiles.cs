using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace VisualSearch.Tests.Deploy;

/// <summary>What lies in <c>deploy/</c>, read as those read it who run it.</summary>
internal static partial class DeployFiles
{
    public static string Folder { get; } = Path.Combine(SharedData.Repository, "deploy");

    public static string PathOf(string name) => Path.Combine(Folder, name);

    public static string Text(string name) => File.ReadAllText(PathOf(name));

    /// <summary>All YAML files, by their path below <c>deploy/</c>.</summary>
    public static IEnumerable<string> Yaml => Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories)
        .Where(static file => Path.GetExtension(file) is ".yaml" or ".yml")
        .Select(static file => Path.GetRelativePath(Folder, file).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    /// <summary>A YAML document as <typeparamref name="T"/> in snake case; a key that it has no member for, or that comes twice, is an error.</summary>
    public static T Read<T>(string text) => new DeserializerBuilder()
        .WithNamingConvention(UnderscoredNamingConvention.Instance)
        .WithDuplicateKeyChecking()
        .Build()
        .Deserialize<T>(new MergingParser(new Parser(new StringReader(text))));

    /// <summary>A YAML document as maps and lists.</summary>
    public static Dictionary<string, object> Map(string text) => Read<Dictionary<string, object>>(text);

    /// <summary>How many documents a YAML text has; fails where it is no YAML.</summary>
    public static int Documents(string text)
    {
        var parser = new Parser(new StringReader(text));
        var count = 0;
        while (parser.MoveNext())
        {
            if (parser.Current is DocumentStart) count++;
        }

        return count;
    }

    /// <summary>Puts variables into a value as compose does: <c>${NAME}</c>, <c>${NAME:-otherwise}</c>, <c>${NAME:?needed}</c>, <c>$$</c>.</summary>
    public static string Fill(string value, Func<string, string?> variable) => Reference().Replace(value, match =>
    {
        if (match.Value == "$$") return "$";
        if (!match.Groups["name"].Success) throw new FormatException($"'{match.Value}' in '{value}' is no reference to a variable.");
        var given = variable(match.Groups["name"].Value);
        if (!string.IsNullOrEmpty(given)) return given;
        return match.Groups["kind"].Value switch
        {
            "" => "",
            ":-" => match.Groups["rest"].Value,
            _ => throw new FormatException($"{match.Groups["name"].Value} must be set: {match.Groups["rest"].Value}"),
        };
    });

    [GeneratedRegex(@"\$(?:\$|\{(?<name>[A-Z_]+)(?:(?<kind>:-|:\?)(?<rest>[^}]*))?\}|.)")]
    private static partial Regex Reference();
}
