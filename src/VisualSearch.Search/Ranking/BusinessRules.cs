using VisualSearch.Search.Retrieval;

namespace VisualSearch.Search.Ranking;

/// <summary>What a rule does with the items it matches.</summary>
public enum RuleAction
{
    /// <summary>Never shown, whatever the query; not even when pinned.</summary>
    Block,

    /// <summary>Left out of the results of the queries that the rule is for.</summary>
    Hide,

    /// <summary>Shown at a given position, found or not.</summary>
    Pin,

    /// <summary>Relevance multiplied by a factor.</summary>
    Boost,
}

/// <summary>One rule of <c>rules.json</c>; see <see cref="BusinessRules.Load"/> for the format.</summary>
public sealed record BusinessRule
{
    /// <summary>What explanations call the rule.</summary>
    public required string Name { get; init; }

    /// <summary>What happens to matching items.</summary>
    public required RuleAction Action { get; init; }

    /// <summary>Which items.</summary>
    public required Filter Items { get; init; }

    /// <summary>Words that a query must all have for the rule to apply; empty means every query. A block has none.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Pin: the place from 1, or 0 for the first free one.</summary>
    public int Position { get; init; }

    /// <summary>Pin: at most this many items, in order of id; keeps a broad filter from filling the page.</summary>
    public int Limit { get; init; } = 1;

    /// <summary>Boost: the factor, above 0; below 1 pushes down.</summary>
    public double Factor { get; init; } = 1;
}

/// <summary>
/// What the people who run a collection want to see first, or not at all. Rules are applied last and always: no mode, no
/// paging and no option of a query goes round them.
/// </summary>
public sealed class BusinessRules
{
    /// <summary>Takes rules in the order of their precedence.</summary>
    /// <param name="rules">The rules; of two that pin to one place the first gets it.</param>
    public BusinessRules(IReadOnlyList<BusinessRule> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        Rules = rules;
    }

    /// <summary>No rules.</summary>
    public static BusinessRules None { get; } = new([]);

    /// <summary>All rules, in the order they are written.</summary>
    public IReadOnlyList<BusinessRule> Rules { get; }

    /// <summary>
    /// Reads <c>rules.json</c>:
    /// <code>
    /// {"rules": [
    ///   {"name": "not cleared",  "block": {"field": "tags", "eq": "internal"}},
    ///   {"name": "no sketches",  "hide":  {"field": "style", "eq": "sketch"},  "when": {"words": "photo"}},
    ///   {"name": "campaign",     "pin":   {"field": "path", "eq": "hero.jpg"}, "when": {"words": "red boat"}, "position": 1},
    ///   {"name": "newer first",  "boost": {"field": "year", "gte": 2024},      "factor": 1.2}
    /// ]}
    /// </code>
    /// Each rule has one of block, hide, pin, boost, with a filter. <c>when.words</c> narrows hide, pin and boost to queries that
    /// have all those words. Comments and trailing commas are allowed.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="BusinessRulesException">The file can't be read, or a rule is wrong: the message names the JSON path.</exception>
    public static BusinessRules Load(string path) => BusinessRulesFile.Load(path);

    /// <summary>Reads rules from JSON text.</summary>
    /// <param name="json">The text, as in <see cref="Load"/>.</param>
    /// <param name="name">What errors call the text.</param>
    /// <exception cref="BusinessRulesException">A rule is wrong: the message names the JSON path.</exception>
    public static BusinessRules Parse(string json, string name = "rules.json") => BusinessRulesFile.Parse(json, name);

    /// <summary>The rules that apply to one query.</summary>
    /// <param name="text">The query's words, or null.</param>
    public ActiveRules For(string? text)
    {
        if (Rules.Count == 0)
            return ActiveRules.None;
        HashSet<string> words = QueryWords.Split(text);
        return new ActiveRules([.. Rules.Where(rule =>
            rule.Action == RuleAction.Block || rule.Words.SelectMany(word => QueryWords.Split(word)).All(words.Contains))]);
    }
}
