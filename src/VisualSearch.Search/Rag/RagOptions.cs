namespace VisualSearch.Search.Rag;

/// <summary>Settings of question answering.</summary>
public sealed record RagOptions
{
    /// <summary>The longest question, in characters.</summary>
    public int MaxQuestionLength { get; init; } = 2000;

    /// <summary>How many sources an answer rests on, where the question does not say.</summary>
    public int Sources { get; init; } = 6;

    /// <summary>The most sources that one answer may rest on.</summary>
    public int MaxSources { get; init; } = 20;

    /// <summary>How many turns of a conversation are looked at; older ones are left out.</summary>
    public int MaxTurns { get; init; } = 6;

    /// <summary>How many results of the search are looked at, before the best are chosen as sources.</summary>
    public int Candidates { get; init; } = 60;

    /// <summary>Tokens (about four characters each) that the sources of an answer may have together.</summary>
    public int ContextTokens { get; init; } = 1500;

    /// <summary>Which retrievals look for evidence.</summary>
    public SearchMode Mode { get; init; } = SearchMode.Hybrid;

    /// <summary>Whether what was found is ordered anew by how much of the question it says.</summary>
    public bool Rerank { get; init; } = true;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of range.</exception>
    public RagOptions Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxQuestionLength, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Sources, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSources, Sources);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxTurns);
        ArgumentOutOfRangeException.ThrowIfLessThan(Candidates, MaxSources);
        ArgumentOutOfRangeException.ThrowIfLessThan(ContextTokens, 50);
        return this;
    }
}
