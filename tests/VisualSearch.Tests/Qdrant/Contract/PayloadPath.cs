using System.Text;
using System.Text.Json;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>
/// A path into a payload as Qdrant reads it: <c>a.b</c>, <c>a[0].b</c>, <c>a[].b</c>, <c>"quoted key".b</c>. Names without quotes are of letters, digits, _
/// and -; a quoted one can hold neither a quotation mark nor a backslash. Lists are only looked into where the path says so.
/// </summary>
public static class PayloadPath
{
    private const string Each = "[]";

    /// <summary>What lies at a path; several values where it goes through lists.</summary>
    public static IEnumerable<JsonElement> Values(JsonElement payload, string path)
    {
        IEnumerable<JsonElement> at = [payload];
        foreach (string step in Parse(path))
            at = at.SelectMany(value => Step(value, step));
        return at;
    }

    /// <summary>Refuses what is no path.</summary>
    public static void Check(string path) => Parse(path);

    private static IEnumerable<JsonElement> Step(JsonElement value, string step)
    {
        if (step == Each)
            return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];
        if (step[0] == '[')
            return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Skip(int.Parse(step[1..^1], System.Globalization.CultureInfo.InvariantCulture)).Take(1) : [];
        return value.ValueKind == JsonValueKind.Object && value.TryGetProperty(step[1..], out JsonElement member) ? [member] : [];
    }

    // Keys come with a dot before them, so that none looks like an index.
    private static List<string> Parse(string path)
    {
        var steps = new List<string>();
        int at = 0;
        while (at < path.Length || steps.Count == 0)
        {
            if (steps.Count > 0 && path[at] == '[')
            {
                int end = path.IndexOf(']', at);
                if (end < 0 || !path.AsSpan(at + 1, end - at - 1).ToString().All(char.IsAsciiDigit))
                    throw Wrong(path);
                steps.Add(path[at..(end + 1)]);
                at = end + 1;
                continue;
            }
            if (steps.Count > 0 && path[at++] != '.')
                throw Wrong(path);
            steps.Add("." + Key(path, ref at));
        }
        return steps;
    }

    private static string Key(string path, ref int at)
    {
        var key = new StringBuilder();
        if (at < path.Length && path[at] == '"')
        {
            int end = path.IndexOf('"', at + 1);
            if (end < 0 || path.AsSpan(at, end - at).Contains('\\'))
                throw Wrong(path);
            key.Append(path, at + 1, end - at - 1);
            at = end + 1;
            return key.ToString();
        }
        while (at < path.Length && (char.IsLetterOrDigit(path[at]) || path[at] is '_' or '-'))
            key.Append(path[at++]);
        return key.Length > 0 ? key.ToString() : throw Wrong(path);
    }

    private static ContractException Wrong(string path) => ContractException.Format($"Invalid json path: \"{path}\"");
}
