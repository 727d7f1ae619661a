using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Rag;

/// <summary>Answers questions from one collection. Safe for any number of threads.</summary>
public sealed class AnswerPipeline
{
    /// <summary>A pipeline over a collection.</summary>
    /// <param name="store">The collection; stays the caller's.</param>
    /// <param name="search">The search over the same collection.</param>
    /// <param name="answerer">Who puts answers into words; null for the extractive answerer, which needs no model.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    public AnswerPipeline(IStore store, SearchPipeline search, IAnswerer? answerer = null, RagOptions? options = null) => throw new NotImplementedException();

    /// <summary>Answers a question, step by step.</summary>
    /// <param name="query">The question.</param>
    /// <param name="cancellation">Ends the answer, and the call to a language model with it.</param>
    /// <exception cref="QueryException">A part of the question is missing or out of range.</exception>
    public IAsyncEnumerable<AnswerEvent> AskAsync(AskQuery query, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Answers a question as a whole.</summary>
    /// <param name="query">The question.</param>
    /// <param name="cancellation">Ends the answer.</param>
    /// <exception cref="QueryException">A part of the question is missing or out of range.</exception>
    public Task<Answer> AnswerAsync(AskQuery query, CancellationToken cancellation = default) => throw new NotImplementedException();
}
