using VisualSearch.Encoders.Media;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Search.Rag;

/// <summary>A question to a collection.</summary>
public sealed record AskQuery
{
    /// <summary>The question, at most <see cref="RagOptions.MaxQuestionLength"/> characters.</summary>
    public required string Question { get; init; }

    /// <summary>What was asked and answered before, oldest first: "and who built it?" is understood from it.</summary>
    public IReadOnlyList<ChatTurn> History { get; init; } = [];

    /// <summary>A picture that the question is about, as vector of the collection's model; null for none.</summary>
    public float[]? PictureVector { get; init; }

    /// <summary>The same picture, for a language model that can see; null where there is none.</summary>
    public PictureSource? Picture { get; init; }

    /// <summary>Only items that match may be a source. Filters that are found in the words are added to it.</summary>
    public Filter? Filter { get; init; }

    /// <summary>How many sources the answer may rest on, 1 to <see cref="RagOptions.MaxSources"/>; null takes <see cref="RagOptions.Sources"/>.</summary>
    public int? K { get; init; }

    /// <summary>Whether the answer tells how it came about: <see cref="Answer.Explanation"/>.</summary>
    public bool Explain { get; init; }
}

/// <summary>One question of a conversation, and its answer.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Answer">What was answered, with or without citations.</param>
public sealed record ChatTurn(string Question, string Answer);
