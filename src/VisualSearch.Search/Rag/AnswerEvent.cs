namespace VisualSearch.Search.Rag;

/// <summary>What happens while a question is answered, in this order: <see cref="SourcesFound"/> once, <see cref="TextAdded"/> any number of times, <see cref="Answered"/> once.</summary>
public abstract record AnswerEvent;

/// <summary>The sources are known; the answer is still to come.</summary>
/// <param name="Sources">In order of their numbers; empty when nothing was found.</param>
/// <param name="Understood">What was looked for, in words.</param>
public sealed record SourcesFound(IReadOnlyList<Source> Sources, string Understood) : AnswerEvent;

/// <summary>More words of the answer. Citations in it are checked already.</summary>
/// <param name="Text">What follows on what came before.</param>
public sealed record TextAdded(string Text) : AnswerEvent;

/// <summary>The end.</summary>
/// <param name="Answer">All of it.</param>
public sealed record Answered(Answer Answer) : AnswerEvent;
