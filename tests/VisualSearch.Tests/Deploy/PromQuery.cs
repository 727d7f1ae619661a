using System.Text.RegularExpressions;

namespace VisualSearch.Tests.Deploy;

/// <summary>Which metrics a PromQL expression reads, and by which labels; its syntax is for promtool to check.</summary>
internal sealed partial record PromQuery(IReadOnlySet<string> Metrics, IReadOnlySet<string> Labels)
{
    private static readonly string[] Words = ["and", "or", "unless", "bool", "offset", "on", "ignoring", "by", "without", "group_left", "group_right"];

    public static PromQuery Parse(string expression)
    {
        var labels = new HashSet<string>(StringComparer.Ordinal);
        var text = Quoted().Replace(expression, "\"\"");
        text = Range().Replace(text, "");
        text = Matchers().Replace(text, match =>
        {
            labels.UnionWith(Matcher().Matches(match.Value).Select(static one => one.Groups[1].Value));
            return "";
        });
        text = Grouping().Replace(text, match =>
        {
            labels.UnionWith(match.Groups[1].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
            return " ";
        });
        return new PromQuery(Name().Matches(text).Select(static name => name.Value).Except(Words).ToHashSet(StringComparer.Ordinal), labels);
    }

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"\[[^\]]*\]")]
    private static partial Regex Range();

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Matchers();

    [GeneratedRegex(@"(\w+)\s*(?:=~|!~|!=|=)")]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")]
    private static partial Regex Grouping();

    // A name that no parenthesis follows is no function.
    [GeneratedRegex(@"(?<![\w.:$])[a-zA-Z_:][\w:]*\b(?!\s*\()")]
    private static partial Regex Name();
}
