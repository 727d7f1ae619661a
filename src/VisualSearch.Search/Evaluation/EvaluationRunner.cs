using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Rag;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Evaluation;

/// <summary>The door to evaluation: what <c>vsearch eval</c> calls. Each call gives the metrics of one set, 0..1 by name.</summary>
/// <remarks>
/// <code>
/// SamplesEvaluation       queries.jsonl + qrels.txt (JudgedQueries, Qrels) → SearchPipeline over an indexed collection
/// RagEvaluation           questions.jsonl (JudgedQuestion) → AnswerPipeline over an indexed collection
/// LabelledSetEvaluation   zip of pictures by class + classes.json (LabelledClasses) → embedded, stored, SearchPipeline
/// MatchCalibration        the same archives → the curves that make a cosine a match of 0 to 100
/// RankingMetrics          nDCG, precision, recall, reciprocal rank, average precision of one ranked list
/// EvaluationReport        {set: {metric: value}}
/// </code>
/// </remarks>
public sealed class EvaluationRunner(DualEncoder encoder, PictureReader? reader = null)
{
    private readonly PictureReader pictures = reader ?? new PictureReader();

    /// <summary>Set <c>samples</c>: judged queries against a collection of the folder's pictures.</summary>
    /// <param name="folder">Where <c>queries.jsonl</c> and <c>qrels.txt</c> are.</param>
    /// <param name="store">The collection that the folder was indexed into.</param>
    /// <param name="progress">Told what is going on.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="EvaluationException">The judged queries can't be used.</exception>
    public IReadOnlyDictionary<string, double> RunSamples(
        string folder, IStore store, IProgress<string>? progress = null, CancellationToken cancellation = default) =>
        new SamplesEvaluation(store, encoder, pictures).Run(folder, progress, cancellation);

    /// <summary>Set <c>moments</c>: judged moment queries against a collection of the folder's videos.</summary>
    /// <param name="folder">Where <c>moments.jsonl</c> is.</param>
    /// <param name="store">The collection that the folder's videos were indexed into.</param>
    /// <param name="progress">Told what is going on.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="EvaluationException">The judged queries can't be used.</exception>
    public IReadOnlyDictionary<string, double> RunMoments(
        string folder, IStore store, IProgress<string>? progress = null, CancellationToken cancellation = default) =>
        new MomentsEvaluation(store, new SearchPipeline(store, encoder)).Run(folder, progress, cancellation);

    /// <summary>Set <c>rag</c>: judged questions to a collection of the folder's videos, answered without a language model unless one is given.</summary>
    /// <param name="folder">Where <c>questions.jsonl</c> is.</param>
    /// <param name="store">The collection that the folder's videos were indexed into.</param>
    /// <param name="options">Settings of answering; null for the defaults.</param>
    /// <param name="answerer">Who puts answers into words; null for the extractive answerer.</param>
    /// <param name="progress">Told what is going on.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="EvaluationException">The judged questions can't be used.</exception>
    public Task<IReadOnlyDictionary<string, double>> RunRagAsync(
        string folder, IStore store, RagOptions? options = null, IAnswerer? answerer = null, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        VideoSpan.RequireIndexed(JudgedQuestion.Load(folder).SelectMany(static question => question.Moments), folder, "questions.jsonl", store);
        return new RagEvaluation(new AnswerPipeline(store, new SearchPipeline(store, encoder), answerer, options)).RunAsync(folder, progress, cancellation);
    }

    /// <summary>Sets <c>tiny-imagenet</c> and <c>caltech-101</c>: labelled pictures of an archive, in a store of their own in the temporary folder.</summary>
    /// <param name="archive">The zip archive, one folder a class.</param>
    /// <param name="classesFile"><c>classes.json</c>.</param>
    /// <param name="progress">Told what is going on.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="EvaluationException">The archive or the classes can't be used.</exception>
    public IReadOnlyDictionary<string, double> RunLabelledSet(
        string archive, string classesFile, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        LabelledClasses classes = LabelledClasses.Load(classesFile);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("vsearch-eval-");
        try
        {
            using IStore store = new CollectionDirectory(folder.FullName).OpenOrCreate("labelled", encoder.Manifest, StoreAccess.Write);
            return new LabelledSetEvaluation(encoder, pictures, store).Run(archive, classes, progress, cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Finds the curves of <see cref="RankingOptions.Match"/> for the encoder's model.</summary>
    /// <param name="archive">The zip archive, one folder a class.</param>
    /// <param name="classesFile"><c>classes.json</c>.</param>
    /// <exception cref="EvaluationException">The archive or the classes can't be used, or the model can't tell right from wrong on them.</exception>
    public MatchCurves CalibrateMatch(string archive, string classesFile) =>
        new MatchCalibration(encoder, pictures).Fit(archive, LabelledClasses.Load(classesFile));
}
