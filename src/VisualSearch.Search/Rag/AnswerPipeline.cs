using System.Runtime.CompilerServices;
using VisualSearch.Search.Monitoring;
using VisualSearch.Search.Rag.Answers;
using VisualSearch.Search.Rag.Evidence;
using VisualSearch.Search.Rag.Questions;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Rag;

/// <summary>Answers questions from one collection. Safe for any number of threads.</summary>
/// <remarks>
/// <code>
/// understand  QuestionReader        conversation, parts, filters in the words, what an answer looks like
/// retrieve    EvidenceRetrieval     the collection's hybrid search over pictures, shots and what is said
/// rank        CoverageRanking       how much of the question the evidence says
/// pack        ContextPacking        numbered sources within a budget, nothing twice
/// see         SeenWords             which words of the question a source's picture shows
/// answer      IAnswerer             ExtractiveAnswerer, or a language model
/// check       CitationCheck         citations that their source does not support are taken away
/// </code>
/// Retrieval-augmented generation as in Lewis et al. 2020, with every stage open to look at and to replace (<see cref="RagStages"/>).
/// </remarks>
public sealed class AnswerPipeline
{
    private readonly RagStages stages;
    private readonly RagOptions options;
    private readonly ContextPacking packing;
    private readonly CollectionMonitor? monitor;

    /// <summary>A pipeline over a collection.</summary>
    /// <param name="store">The collection; stays the caller's.</param>
    /// <param name="search">The search over the same collection.</param>
    /// <param name="answerer">Who puts answers into words; null for the extractive answerer, which needs no model.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public AnswerPipeline(IStore store, SearchPipeline search, IAnswerer? answerer = null, RagOptions? options = null)
        : this(RagStages.Default(store, search, answerer, options ?? new RagOptions()), options) => monitor = search.Monitor;

    /// <summary>A pipeline of stages of one's own.</summary>
    /// <param name="stages">The stages.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public AnswerPipeline(RagStages stages, RagOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stages);
        this.stages = stages;
        this.options = (options ?? new RagOptions()).Validate();
        packing = new ContextPacking(this.options);
    }

    /// <summary>Answers a question, step by step.</summary>
    /// <param name="query">The question.</param>
    /// <param name="cancellation">Ends the answer, and the call to a language model with it.</param>
    /// <exception cref="QueryException">A part of the question is missing or out of range.</exception>
    public IAsyncEnumerable<AnswerEvent> AskAsync(AskQuery query, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        Check(query);
        return RunAsync(query, cancellation);
    }

    /// <summary>Answers a question as a whole.</summary>
    /// <param name="query">The question.</param>
    /// <param name="cancellation">Ends the answer.</param>
    /// <exception cref="QueryException">A part of the question is missing or out of range.</exception>
    public async Task<Answer> AnswerAsync(AskQuery query, CancellationToken cancellation = default)
    {
        Answer? answer = null;
        await foreach (AnswerEvent happened in AskAsync(query, cancellation).ConfigureAwait(false))
            answer = (happened as Answered)?.Answer ?? answer;
        return answer!;
    }

    private async IAsyncEnumerable<AnswerEvent> RunAsync(AskQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var trace = new AnswerTrace(monitor, cancellation);
        GroundedQuestion question = Ground(query, trace, cancellation);
        yield return new SourcesFound(question.Sources, question.Question.Phrase);

        trace.Resume();
        var check = new CitationCheck(question.Sources, question.Question.Standalone);
        List<string> shorts = [];
        TokenUsage? usage = null;
        bool found = false;
        IAsyncEnumerable<AnswerPiece> pieces = question.Sources.Count > 0 ? stages.Answerer.AnswerAsync(question, cancellation) : Nothing();
        await foreach (AnswerPiece piece in pieces.WithCancellation(cancellation).ConfigureAwait(false))
        {
            trace.Answering(piece);
            check.LooksAt(piece.LooksAt);
            found |= !piece.NotFound && piece.Text.Length > 0;
            usage = piece.Usage ?? usage;
            if (piece.Short is { } answer)
                shorts.Add(answer);
            if (trace.Checking(() => piece.NotFound ? check.AddRemark(piece.Text) : check.Add(piece.Text)) is { Length: > 0 } shown)
                yield return new TextAdded(shown);
        }

        if (trace.Checking(check.End) is { Length: > 0 } rest)
            yield return new TextAdded(rest);
        RagTimings times = trace.Times();
        trace.Ended(times, found, usage);
        yield return new Answered(new Answer
        {
            Text = check.Text.Trim(),
            Shorts = shorts,
            Sources = question.Sources,
            Cited = check.Cited,
            Found = found,
            Model = stages.Answerer.Name,
            DroppedCitations = check.Dropped,
            CitationsOnTrust = check.OnTrust,
            UnsupportedSentences = check.Unsupported,
            Usage = usage,
            Timings = times,
            Explanation = query.Explain ? trace.Explain(times, check) : null,
        });
    }

    private GroundedQuestion Ground(AskQuery query, AnswerTrace trace, CancellationToken cancellation)
    {
        UnderstoodQuestion understood = stages.Reader.Read(query with { History = [.. query.History.TakeLast(options.MaxTurns)] });
        trace.Understood(understood);
        IReadOnlyList<FoundEvidence> found = stages.Retrieval.Retrieve(understood, query.PictureVector, cancellation);
        trace.Retrieved(found);
        IReadOnlyList<FoundEvidence> ranked = options.Rerank ? stages.Ranking.Rank(understood, found) : found;
        trace.Ranked();
        IReadOnlyList<PackedEvidence> packed = packing.Pack(ranked, understood.Parts.Count, query.K ?? options.Sources);
        trace.Packed(packed);
        IReadOnlyList<Source> sources = stages.Reading.Read(understood, [.. packed.Select(static one => one.Source).OfType<Source>()]);
        trace.Seen(sources);
        return new GroundedQuestion(understood, sources) { History = [.. query.History.TakeLast(options.MaxTurns)], Picture = query.Picture };
    }

    private static async IAsyncEnumerable<AnswerPiece> Nothing()
    {
        await Task.CompletedTask.ConfigureAwait(false);
        yield return new AnswerPiece(ExtractiveAnswerer.NotFoundText) { NotFound = true };
    }

    private void Check(AskQuery query)
    {
        if (string.IsNullOrWhiteSpace(query.Question))
            throw new QueryException("question", "There is no question. Ask something, such as \"Who built the bridge?\"");
        if (query.Question.Length > options.MaxQuestionLength)
            throw new QueryException("question", $"The question has {query.Question.Length} characters, the most are {options.MaxQuestionLength}. Ask it shorter.");
        if (query.K is { } k && (k < 1 || k > options.MaxSources))
            throw new QueryException("k", $"k is {k}; give 1 to {options.MaxSources} sources.");
    }
}
