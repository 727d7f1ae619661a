using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace VisualSearch.Search.Rag.Answers;

/// <summary>
/// Answers without a language model: it picks the sentences of the sources that answer, puts them in order, and says when none does. Each
/// sentence is the collection's own, word for word.
/// </summary>
public sealed partial class ExtractiveAnswerer : IAnswerer
{
    /// <summary>What people are told who answered.</summary>
    public const string Extractive = "extractive";

    /// <summary>What is said where the collection does not answer.</summary>
    public const string NotFoundText = "Not found in this collection.";

    // Of 168 questions about 24 generated videos, of which a third has no answer, it decides right whether to answer for .88 (.35), .85 (.4), .75 (.5);
    // of what it cites .98, .99, .99 is right. An answer that is wrong costs more than one that is missing.
    private const double LeastScore = 0.4;

    // A further sentence has to answer nearly as well as the best one.
    private const double NearlyAsGood = 0.85;

    // More is a transcript, not an answer.
    private const int MostSentences = 3;

    // So many sentences are named to whoever asks why: the rest were farther off.
    private const int MostNoted = 5;

    // A picture that is this sure to show what is asked for is an answer without words.
    private const int SureMatch = 60;

    /// <inheritdoc/>
    public string Name => Extractive;

    /// <inheritdoc/>
    public async IAsyncEnumerable<AnswerPiece> AnswerAsync(GroundedQuestion question, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        List<List<AnswerPiece>> answers = [];
        foreach (QuestionPart part in question.Question.Parts)
        {
            cancellation.ThrowIfCancellationRequested();
            List<ScoredSentence> scored = SentenceScoring.Score(part, question.Sources);
            yield return new AnswerPiece("") { Notes = Notes(part, scored) };
            answers.Add(Answer(part, question.Sources, scored));
        }

        await Task.CompletedTask.ConfigureAwait(false);
        if (answers.TrueForAll(static answer => answer.Count == 0))
        {
            yield return new AnswerPiece(NotFoundText) { NotFound = true };
            yield break;
        }

        bool first = true;
        for (int part = 0; part < answers.Count; part++)
        {
            IEnumerable<AnswerPiece> pieces = answers[part].Count > 0 ? answers[part] : [new AnswerPiece($"On “{question.Question.Parts[part].Text}” nothing was found.") { NotFound = true }];
            foreach (AnswerPiece piece in pieces)
            {
                yield return first ? piece : piece with { Text = " " + piece.Text };
                first = false;
            }
        }
    }

    private static List<AnswerPiece> Answer(QuestionPart part, IReadOnlyList<Source> sources, List<ScoredSentence> scored)
    {
        if (scored.Count == 0 || scored[0].Score < LeastScore)
            return Shown(part, sources);
        ScoredSentence best = scored[0];
        List<ScoredSentence> chosen = [best];
        if (Introduction(best, scored) is { } introduction)
            chosen.Insert(0, introduction);
        // A fact is answered by one sentence; what else says something is said only where anything was asked for.
        if (part.Expects == AnswerKind.Statement)
        {
            chosen.AddRange(scored.Where(one => one.Score >= LeastScore && one.Own > 0 && one.Own >= NearlyAsGood * best.Own && !chosen.Exists(other => other.Text == one.Text))
                .Take(MostSentences - chosen.Count));
        }

        IEnumerable<ScoredSentence> ordered = chosen.OrderBy(one => one.Source == best.Source ? 0 : one.Source).ThenBy(static one => one.Place);
        return [.. ordered.Select(one => new AnswerPiece($"{Quoted(one.Text)} [{one.Source}]") { Short = one == best ? one.Short : null })];
    }

    // "It has room for twenty-two passengers." means nothing without the sentence before it.
    private static ScoredSentence? Introduction(ScoredSentence best, List<ScoredSentence> scored) => best.Place > 0 && Pointing().IsMatch(best.Text)
        ? scored.Find(one => one.Source == best.Source && one.Place == best.Place - 1 && one.Own > 0)
        : null;

    private static List<string> Notes(QuestionPart part, List<ScoredSentence> scored) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"An answer to “{part.Text}” needs a score of {LeastScore:0.00}. Of {scored.Count} sentences these have most:"),
        .. scored.Take(MostNoted).Select(static one => string.Create(
            CultureInfo.InvariantCulture, $"{one.Score:0.00} “{one.Text}” [{one.Source}]{(one.Short is { } answer ? $", where the answer is “{answer}”" : "")}")),
    ];

    private static List<AnswerPiece> Shown(QuestionPart part, IReadOnlyList<Source> sources)
    {
        Source? seen = part.Expects is AnswerKind.Statement or AnswerKind.Place && !part.Words.Any(static word => word.IsName)
            ? sources.FirstOrDefault(static source => source.FoundBy.HasFlag(FoundBy.Picture) && source.Match >= SureMatch)
            : null;
        if (seen is null)
            return [];
        string title = Quoted(seen.Record.Asset.Title ?? seen.Record.Asset.RelativePath);
        string time = seen.Moment is { } moment ? string.Create(CultureInfo.InvariantCulture, $" at {(int)moment / 60}:{(int)moment % 60:00}") : "";
        return [new AnswerPiece($"It can be seen in “{title}”{time}. [{seen.Number}]")];
    }

    // A "[3]" that a subtitle brings along would be taken for a citation.
    private static string Quoted(string text) => Citation().Replace(text, "($1)");

    [GeneratedRegex(@"\[\s*(\d+(?:\s*,\s*\d+)*)\s*\]", RegexOptions.CultureInvariant)]
    private static partial Regex Citation();

    [GeneratedRegex(@"\b(?:it|its|he|his|him|she|her|they|them|their|this|that|these|those)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pointing();
}
