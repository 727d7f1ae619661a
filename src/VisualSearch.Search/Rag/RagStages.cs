using VisualSearch.Search.Rag.Answers;
using VisualSearch.Search.Rag.Evidence;
using VisualSearch.Search.Rag.Questions;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Rag;

/// <summary>The stages of an <see cref="AnswerPipeline"/> that can be replaced.</summary>
/// <param name="Reader">Question to what is looked for.</param>
/// <param name="Retrieval">What is looked for to evidence.</param>
/// <param name="Ranking">Which evidence comes first.</param>
/// <param name="Reading">What the pictures of the chosen evidence show.</param>
/// <param name="Answerer">Evidence to words.</param>
public sealed record RagStages(IQuestionReader Reader, IEvidenceRetrieval Retrieval, IEvidenceRanking Ranking, ISourceReading Reading, IAnswerer Answerer)
{
    /// <summary>The stages that need no language model.</summary>
    /// <param name="store">The collection.</param>
    /// <param name="search">The search over it.</param>
    /// <param name="answerer">Who puts answers into words; null for the extractive answerer.</param>
    /// <param name="options">Settings.</param>
    public static RagStages Default(IStore store, SearchPipeline search, IAnswerer? answerer, RagOptions options)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(search);
        ArgumentNullException.ThrowIfNull(options);
        return new RagStages(new QuestionReader(store.BestTextScore), new EvidenceRetrieval(search, options), new CoverageRanking(), new SeenWords(store, search), answerer ?? new ExtractiveAnswerer());
    }
}
