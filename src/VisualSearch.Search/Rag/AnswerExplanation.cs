using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Rag;

/// <summary>How an answer came about: what every stage made of what it was given.</summary>
/// <param name="Steps">understand, retrieve, rank, pack, see, answer, check: each once, in this order; the stages after one that came to nothing are left out.</param>
/// <param name="Evidence">All that was found, in the order in which it was considered as a source.</param>
public sealed record AnswerExplanation(IReadOnlyList<AnswerStep> Steps, IReadOnlyList<ExplainedEvidence> Evidence);

/// <summary>What one stage did.</summary>
/// <param name="Stage">understand, retrieve, rank, pack, see, answer or check.</param>
/// <param name="Milliseconds">How long it took. Checking goes on while the answer comes, and is not counted as answering.</param>
/// <param name="Says">What it did, in plain English with numbers; a sentence each.</param>
public sealed record AnswerStep(string Stage, double Milliseconds, IReadOnlyList<string> Says);

/// <summary>Something that was found, and what became of it.</summary>
/// <param name="Record">The item, and the file it belongs to.</param>
/// <param name="Part">The question it was found for, by its place among those asked at once, from 0.</param>
/// <param name="FoundAt">Its place in the search for that question, from 1.</param>
/// <param name="RankedAt">Its place after ranking among what was found for that question, from 1.</param>
/// <param name="Score">What it was ranked by, higher is better.</param>
/// <param name="Match">How good a match for the question the search took it for, 0 to 100.</param>
/// <param name="FoundBy">Which retrievals found it.</param>
/// <param name="Text">What is said or written there; empty where nothing is.</param>
/// <param name="Source">The number that the answer cites it by; null when it is no source.</param>
/// <param name="Verdict">Why it is a source, or why not.</param>
public sealed record ExplainedEvidence(
    ItemRecord Record, int Part, int FoundAt, int RankedAt, double Score, int Match, FoundBy FoundBy, string Text, int? Source, string Verdict);
