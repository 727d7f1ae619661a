using System.Text.Json;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Search.Ranking;

/// <summary>Reads <c>rules.json</c> and says exactly where it is wrong.</summary>
internal sealed class BusinessRulesFile
{
    // Every rule is tried on every candidate of every query.
    private const int MaxRules = 1_000;

    // A page of pins is an advertisement, not a search.
    private const int MaxPins = 20;

    private const int MaxPosition = 1_000;

    private static readonly (string Word, RuleAction Action)[] Actions =
        [("block", RuleAction.Block), ("hide", RuleAction.Hide), ("pin", RuleAction.Pin), ("boost", RuleAction.Boost)];

    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly string file;

    private BusinessRulesFile(string file) => this.file = file;

    internal static BusinessRules Load(string path)
    {
        string json;
        try
        {
            json = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new BusinessRulesException(path, "", $"can't be read ({failure.Message}). Give a readable file, or none at all.", failure);
        }

        return Parse(json, path);
    }

    internal static BusinessRules Parse(string json, string file)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Lenient);
            return new BusinessRulesFile(file).Read(document.RootElement);
        }
        catch (JsonException invalid)
        {
            throw new BusinessRulesException(file, "", $"not valid JSON: {invalid.Message}", invalid);
        }
        catch (InvalidOperationException invalid)
        {
            // JSON allows an escape such as \ud800 in a name, half a surrogate pair, which is no text.
            throw new BusinessRulesException(file, "", "a property's name is no valid text", invalid);
        }
    }

    private BusinessRules Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw Wrong("", """expected an object such as {"rules": [ … ]}""");
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name != "rules")
                throw Wrong(property.Name, "unknown; the file has one property, 'rules'");
        }

        if (!root.TryGetProperty("rules", out JsonElement list) || list.ValueKind != JsonValueKind.Array)
            throw Wrong("rules", "expected a list of rules: [ … ]");
        if (list.GetArrayLength() > MaxRules)
            throw Wrong("rules", $"{list.GetArrayLength()} rules are more than {MaxRules}; one filter can match many items with 'in' or 'any'");
        return new BusinessRules([.. list.EnumerateArray().Select((rule, i) => ReadRule(rule, $"rules[{i}]"))]);
    }

    private BusinessRule ReadRule(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw Wrong(path, "expected an object with one of block, hide, pin, boost");
        string[] names = [.. json.EnumerateObject().Select(property => property.Name)];
        (string Word, RuleAction Action)[] chosen = [.. Actions.Where(action => names.Contains(action.Word))];
        if (chosen.Length != 1)
            throw Wrong(path, $"has {(chosen.Length == 0 ? "none" : string.Join(" and ", chosen.Select(c => c.Word)))} of block, hide, pin, boost; each rule has exactly one");
        (string word, RuleAction action) = chosen[0];
        CheckNames(names, word, action, path);
        return new BusinessRule
        {
            Name = json.TryGetProperty("name", out JsonElement name) ? Text(name, $"{path}.name") : $"{word} {path}",
            Action = action,
            Items = Items(json.GetProperty(word), $"{path}.{word}"),
            Words = json.TryGetProperty("when", out JsonElement when) ? When(when, $"{path}.when") : [],
            Position = json.TryGetProperty("position", out JsonElement position) ? Whole(position, 1, MaxPosition, $"{path}.position") : 0,
            Limit = json.TryGetProperty("limit", out JsonElement limit) ? Whole(limit, 1, MaxPins, $"{path}.limit") : 1,
            Factor = action == RuleAction.Boost ? Factor(json, $"{path}.factor") : 1,
        };
    }

    private void CheckNames(string[] names, string word, RuleAction action, string path)
    {
        string[] known = action switch
        {
            RuleAction.Block => ["name", word],
            RuleAction.Hide => ["name", word, "when"],
            RuleAction.Pin => ["name", word, "when", "position", "limit"],
            _ => ["name", word, "when", "factor"],
        };
        foreach (IGrouping<string, string> name in names.GroupBy(name => name))
        {
            if (name.Count() > 1)
                throw Wrong($"{path}.{name.Key}", "given twice");
            if (!known.Contains(name.Key))
                throw Wrong($"{path}.{name.Key}", $"unknown for '{word}'; it takes {string.Join(", ", known)}");
        }
    }

    private Filter Items(JsonElement json, string path)
    {
        try
        {
            return Filter.Parse(json, path);
        }
        catch (FilterException wrong)
        {
            throw new BusinessRulesException(file, wrong.JsonPath, wrong.Message[(wrong.JsonPath.Length + 2)..], wrong);
        }
    }

    private string[] When(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object || json.EnumerateObject().Count() != 1 || !json.TryGetProperty("words", out JsonElement words))
            throw Wrong(path, """expected {"words": "red boat"}: the words that a query must have""");
        string text = Text(words, $"{path}.words");
        return QueryWords.Split(text).Count > 0
            ? [text]
            : throw Wrong($"{path}.words", "has no word; leave out 'when' for a rule that always applies");
    }

    private double Factor(JsonElement json, string path)
    {
        if (!json.TryGetProperty("factor", out JsonElement factor))
            throw Wrong(path, "is missing; a boost needs a number above 0, such as 1.2 to lift or 0.8 to push down");
        return factor.ValueKind == JsonValueKind.Number && factor.TryGetDouble(out double value) && value is > 0 and <= 1_000
            ? value
            : throw Wrong(path, $"{factor.GetRawText()} is not a number above 0 and at most 1000");
    }

    private int Whole(JsonElement json, int low, int high, string path) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out int value) && value >= low && value <= high
            ? value
            : throw Wrong(path, $"{json.GetRawText()} is not a whole number of {low} to {high}");

    private string Text(JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.String)
            throw Wrong(path, $"{json.GetRawText()} is not a text");
        try
        {
            return json.GetString() is { Length: > 0 } text ? text : throw Wrong(path, "is empty");
        }
        catch (InvalidOperationException invalid)
        {
            throw new BusinessRulesException(file, path, "is no valid text (half a surrogate pair)", invalid);
        }
    }

    private BusinessRulesException Wrong(string path, string reason) => new(file, path, reason);
}
