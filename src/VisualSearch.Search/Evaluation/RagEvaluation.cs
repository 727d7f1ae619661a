using VisualSearch.Search.Rag;

namespace VisualSearch.Search.Evaluation;

/// <summary>Asks a collection of videos the judged questions of a folder, and measures what was found, cited, said and refused.</summary>
/// <param name="pipeline">The pipeline to judge, over the collection that the folder's videos were indexed into.</param>
public sealed class RagEvaluation(AnswerPipeline pipeline)
{
    private const int Depth = 5;

    // A passage is right when it lies in the judged moment for the most part, or the moment in it.
    private const double LeastShared = 0.5;

    /// <summary>Asks all questions.</summary>
    /// <param name="folder">Where <c>questions.jsonl</c> and the videos are.</param>
    /// <param name="progress">Told what is going on, in plain English.</param>
    /// <param name="cancellation">Ends the run between questions.</param>
    /// <returns>
    /// <para>Over questions that have an answer: <c>contextRecall5</c> (a right moment is among the first five sources), <c>contextPrecision5</c> (how
    /// near the front, as average precision), <c>citationRecall</c> (a right moment is cited), <c>answerF1</c> (token F1 with the answer known, as in
    /// SQuAD, Rajpurkar et al. 2016; of the short answer where there is one) and <c>answered</c>.</para>
    /// <para>Over all citations: <c>citationPrecision</c> (of a right moment; every citation in an answer to what has no answer is wrong). Over all
    /// questions: <c>refusalAccuracy</c> (answered where there is an answer, refused where there is none); <c>refused</c> is the latter alone.</para>
    /// </returns>
    /// <exception cref="EvaluationException">The judged questions can't be used.</exception>
    public async Task<IReadOnlyDictionary<string, double>> RunAsync(string folder, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        IReadOnlyList<JudgedQuestion> questions = JudgedQuestion.Load(folder);
        progress?.Report($"{questions.Count} judged questions");
        MeanValues means = new();
        foreach (JudgedQuestion question in questions)
        {
            Answer answer = await pipeline.AnswerAsync(new AskQuery { Question = question.Text }, cancellation).ConfigureAwait(false);
            if (question.IsTold)
                AddTold(means, question, answer, folder);
            else
                means.Add("refused", answer.Found ? 0 : 1);
            foreach (int cited in answer.Found ? answer.Cited : [])
                means.Add("citationPrecision", IsRight(question, answer.Sources[cited - 1], folder) ? 1 : 0);
            means.Add("refusalAccuracy", answer.Found == question.IsTold ? 1 : 0);
        }

        return means.ToDictionary();
    }

    private static void AddTold(MeanValues means, JudgedQuestion question, Answer answer, string folder)
    {
        int[] right = [.. answer.Sources.Take(Depth).Select(source => IsRight(question, source, folder) ? 1 : 0)];
        means.Add("contextRecall5", right.Sum() > 0 ? 1 : 0);
        means.Add("contextPrecision5", RankingMetrics.AveragePrecision(right, Math.Max(1, right.Sum())));
        means.Add("citationRecall", answer.Found && answer.Cited.Any(cited => IsRight(question, answer.Sources[cited - 1], folder)) ? 1 : 0);
        means.Add("answerF1", answer.Found ? question.Answers.Max(known => TokenF1.Of(answer.Shorts is [] ? answer.Text : string.Join(" ", answer.Shorts), known)) : 0);
        means.Add("answered", answer.Found ? 1 : 0);
    }

    private static bool IsRight(JudgedQuestion question, Source source, string folder)
    {
        if (source is not { Start: { } start, End: { } end })
            return false;
        string video = Path.GetRelativePath(Path.GetFullPath(folder), source.Record.Asset.Path).Replace('\\', '/');
        return question.Moments.Any(moment => moment.Video == video
            && Math.Min(moment.End, end) - Math.Max(moment.Start, start) >= LeastShared * Math.Min(moment.End - moment.Start, end - start));
    }
}
