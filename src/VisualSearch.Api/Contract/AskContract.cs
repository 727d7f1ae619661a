using System.Text.Json;
using VisualSearch.Search.Rag;

namespace VisualSearch.Api.Contract;

/// <summary>A question, as JSON body.</summary>
public sealed record AskRequest
{
    /// <summary>The question, at most 2,000 characters.</summary>
    public string Question { get; init; } = "";

    /// <summary>A picture that the question is about, base64, optionally as a data URL.</summary>
    public string? Image { get; init; }

    /// <summary>How many sources the answer may rest on, 1 to 20; left out for 6.</summary>
    public int? K { get; init; }

    /// <summary>Only items that match may be a source, in the filter language. What the question itself says ("in videos from 2024") is added.</summary>
    public JsonElement? Filter { get; init; }

    /// <summary>What was asked and answered before, oldest first; the last six turns count. The server keeps no conversation.</summary>
    public IReadOnlyList<TurnRequest> History { get; init; } = [];

    /// <summary>
    /// True for server-sent events: <c>sources</c> once, <c>text</c> as it comes, <c>answer</c> (the whole) last, or <c>error</c> (problem details) instead
    /// of what is missing. False for the whole answer at once.
    /// </summary>
    public bool Stream { get; init; }
}

/// <summary>One turn of a conversation.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Answer">What was answered.</param>
public sealed record TurnRequest(string Question, string Answer);

/// <summary>A whole answer.</summary>
public sealed record AskReply
{
    /// <summary>The answer; <c>[2]</c> is a citation of the source with that number.</summary>
    public required string Text { get; init; }

    /// <summary>The words of it that are the answer itself, where they are known.</summary>
    public string? Short { get; init; }

    /// <summary>False when the collection does not say.</summary>
    public required bool Found { get; init; }

    /// <summary>Who put it into words: <c>extractive</c>, or the name of a language model.</summary>
    public required string Model { get; init; }

    /// <summary>What was looked for, in words.</summary>
    public required string Understood { get; init; }

    /// <summary>What the answer could rest on.</summary>
    public required IReadOnlyList<SourceReply> Sources { get; init; }

    /// <summary>Numbers of the cited sources, in order of first citation.</summary>
    public required IReadOnlyList<int> Cited { get; init; }

    /// <summary>Citations that were taken away because their source does not support them.</summary>
    public int DroppedCitations { get; init; }

    /// <summary>Citations of what a language model saw in a source's picture, which its text does not say.</summary>
    public int CitationsOnTrust { get; init; }

    /// <summary>Sentences that no source supports.</summary>
    public int UnsupportedSentences { get; init; }

    /// <summary>Tokens that a language model read and wrote; null without one.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>Milliseconds in each stage.</summary>
    public required RagTimings Timings { get; init; }
}

/// <summary>Who puts answers into words.</summary>
/// <param name="Model"><c>extractive</c>, or the name of a language model.</param>
/// <param name="Remote">The server that questions and sources are sent to; null where nothing leaves this machine.</param>
public sealed record AnswererReply(string Model, string? Remote);

/// <summary>The sources of an answer, before it comes.</summary>
/// <param name="Understood">What was looked for, in words.</param>
/// <param name="Sources">In order of their numbers.</param>
public sealed record SourcesReply(string Understood, IReadOnlyList<SourceReply> Sources);

/// <summary>More words of an answer.</summary>
/// <param name="Text">What follows on what came before.</param>
public sealed record TextReply(string Text);

/// <summary>Something that an answer can cite.</summary>
public sealed record SourceReply
{
    /// <summary>The number that citations name it by.</summary>
    public required int Number { get; init; }

    /// <summary>The item.</summary>
    public required long Id { get; init; }

    /// <summary>The picture or video it belongs to.</summary>
    public required AssetReply Asset { get; init; }

    /// <summary>What is said or written there.</summary>
    public required string Text { get; init; }

    /// <summary>Where it begins, in seconds; null for a picture.</summary>
    public double? Start { get; init; }

    /// <summary>Where it ends, in seconds; null for a picture.</summary>
    public double? End { get; init; }

    /// <summary>Where to start to play, in seconds; null for a picture.</summary>
    public double? Moment { get; init; }

    /// <summary>How good a match for the question it is, 0 to 100.</summary>
    public required int Match { get; init; }

    /// <summary>Which retrievals found it: <c>picture</c>, <c>words</c>, <c>meaning</c>.</summary>
    public required IReadOnlyList<string> FoundBy { get; init; }

    /// <summary>Words of the question that nobody says there and its picture shows, with the chance that it does, 0 to 1.</summary>
    public required IReadOnlyDictionary<string, double> Seen { get; init; }

    /// <summary>Where its small picture is; of a moment of a video, that of the moment.</summary>
    public required string ThumbnailUrl { get; init; }
}
