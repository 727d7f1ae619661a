using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Ranking;

/// <summary>What a rule does with the items it matches.</summary>
public enum RuleAction
{
    /// <summary>Never shown, whatever the query; not even when pinned.</summary>
    Block,

    /// <summary>Left out of the results of the queries the rule is for.</summary>
    Hide,

    /// <summary>Shown at a given position, found or not.</summary>
    Pin,

    /// <summary>Relevance multiplied by a factor.</summary>
    Boost,
}

/// <summary>One line of <c>rules.json</c>; see <see cref="BusinessRulesFile"/> for the format.</summary>
public sealed record BusinessRule
{
    /// <summary>What explanations call the rule.</summary>
    public required string Name { get; init; }

    /// <summary>What happens to matching items.</summary>
    public required RuleAction Action { get; init; }

    /// <summary>Which items.</summary>
    public required Filter Items { get; init; }

    /// <summary>Words that a query must all have for the rule to apply, lower case; empty means every query.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Pin: the place from 1, or 0 for the first free one.</summary>
    public int Position { get; init; }

    /// <summary>Pin: at most this many items, in order of id; keeps a broad filter from filling the page.</summary>
    public int Limit { get; init; } = 1;

    /// <summary>Boost: the factor, above 0; below 1 pushes down.</summary>
    public double Factor { get; init; } = 1;
}

/// <summary>
/// What the people who run a collection want to see first or not at all. The rules are applied last and always:
/// no mode, no paging and no option of a query goes round them.
/// </summary>
public sealed class BusinessRules
{
    /// <summary>No rules.</summary>
    public static BusinessRules None { get; } = new([]);

    /// <summary>Rules in the order they are written.</summary>
    public BusinessRules(IReadOnlyList<BusinessRule> rules) => Rules = rules;

    /// <summary>All rules.</summary>
    public IReadOnlyList<BusinessRule> Rules { get; }

    /// <summary>Reads <c>rules.json</c>.</summary>
    /// <exception cref="BusinessRulesException">The file can't be read or a rule is wrong; the message names the JSON path.</exception>
    public static BusinessRules Load(string path) => BusinessRulesFile.Read(path);
}
