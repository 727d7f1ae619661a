using System.Text.Json;
using VisualSearch.Api.Collections;
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

    /// <summary>True to be told how the answer came about: <see cref="AskReply.Explanation"/>.</summary>
    public bool Explain { get; init; }
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

    /// <summary>The words of it that are the answer itself, where they are known; one for each question, in order.</summary>
    public required IReadOnlyList<string> Shorts { get; init; }

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

    /// <summary>How it came about, where the request asked.</summary>
    public AnswerExplanationReply? Explanation { get; init; }
}

/// <summary>How an answer came about.</summary>
/// <param name="Steps">What each stage did: understand, retrieve, rank, pack, see, answer, check.</param>
/// <param name="Evidence">All that was found, in the order in which it was considered as a source.</param>
public sealed record AnswerExplanationReply(IReadOnlyList<AnswerStep> Steps, IReadOnlyList<EvidenceReply> Evidence);

/// <summary>Something that was found, and what became of it.</summary>
public sealed record EvidenceReply
{
    /// <summary>The item.</summary>
    public required long Id { get; init; }

    /// <summary>The picture or video it belongs to.</summary>
    public required long AssetId { get; init; }

    /// <summary>What people know that by.</summary>
    public required string Title { get; init; }

    /// <summary>Where it begins, in seconds; null for a picture.</summary>
    public double? Start { get; init; }

    /// <summary>Which of the questions it was found for, from 0.</summary>
    public required int Part { get; init; }

    /// <summary>Its place in the search, from 1.</summary>
    public required int FoundAt { get; init; }

    /// <summary>Its place after ranking, from 1.</summary>
    public required int RankedAt { get; init; }

    /// <summary>What it was ranked by; higher is better.</summary>
    public required double Score { get; init; }

    /// <summary>How good a match for the question the search took it for, 0 to 100.</summary>
    public required int Match { get; init; }

    /// <summary>Which retrievals found it: <c>picture</c>, <c>words</c>, <c>meaning</c>.</summary>
    public required IReadOnlyList<string> FoundBy { get; init; }

    /// <summary>What is said or written there.</summary>
    public required string Text { get; init; }

    /// <summary>The number that the answer cites it by; null when it is no source.</summary>
    public int? Source { get; init; }

    /// <summary>Why it is a source, or why not.</summary>
    public required string Verdict { get; init; }

    internal static EvidenceReply From(ExplainedEvidence evidence) => new()
    {
        Id = evidence.Record.Item.Id,
        AssetId = evidence.Record.Asset.Id,
        Title = evidence.Record.Asset.Title ?? evidence.Record.Asset.RelativePath,
        Start = evidence.Record.Item.Start,
        Part = evidence.Part,
        FoundAt = evidence.FoundAt,
        RankedAt = evidence.RankedAt,
        Score = evidence.Score,
        Match = evidence.Match,
        FoundBy = OpenCollection.Words(evidence.FoundBy),
        Text = evidence.Text,
        Source = evidence.Source,
        Verdict = evidence.Verdict,
    };
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
