using VisualSearch.Encoders.Media.Subtitles;
using VisualSearch.Search.Rag.Words;

namespace VisualSearch.Search.Rag.Answers;

/// <summary>A sentence of a source, and how well it answers a question.</summary>
/// <param name="Source">The number of its source.</param>
/// <param name="Place">Which sentence of the source it is, from 0.</param>
/// <param name="Text">The sentence.</param>
/// <param name="Short">The words of it that are the answer itself, or null.</param>
/// <param name="Own">How much of the question the sentence says itself, 0..1.</param>
/// <param name="Score">How well it answers, together with what surrounds it, 0..1.</param>
internal sealed record ScoredSentence(int Source, int Place, string Text, string? Short, double Own, double Score);

/// <summary>Scores the sentences of sources by how much of a question they and their surroundings say, and whether they have what it asks for.</summary>
internal static class SentenceScoring
{
    // What a word of the question counts in the sentence itself, in the rest of its source, and in what is written about the whole file.
    private const double InSentence = 1, InSource = 0.9, InFile = 0.8;

    // "Who" without a name may still be answered ("the schoolchildren"); "how many" without a number is not.
    private const double WithoutName = 0.7, WithoutNumber = 0;

    /// <summary>All sentences of the sources, the best first.</summary>
    public static List<ScoredSentence> Score(QuestionPart part, IReadOnlyList<Source> sources) =>
        [.. sources.SelectMany(source => Score(part, source)).OrderByDescending(static one => one.Score).ThenBy(static one => one.Source).ThenBy(static one => one.Place)];

    private static IEnumerable<ScoredSentence> Score(QuestionPart part, Source source)
    {
        HashSet<string> inSource = Coverage.Stems(source.Text), inFile = Coverage.About(source.Record.Asset);
        int place = 0;
        foreach (Range range in Sentences.Split(source.Text))
        {
            string sentence = source.Text[range].Trim();
            if (sentence.Length == 0)
                continue;
            HashSet<string> stems = Coverage.Stems(sentence);
            // Names must be there, but say nothing yet: a video of Wanda's answers no question about her dog.
            Coverage coverage = Coverage.Of(part, source.Seen, (stems, InSentence), (inSource, InSource), (inFile, InFile));
            string? answer = AnswerSpan.Find(part, sentence);
            yield return new ScoredSentence(source.Number, place++, sentence, answer, Coverage.Of(part, null, (stems, 1)).Share, coverage.MissingNames > 0 ? 0 : coverage.Telling * Form(part.Expects, answer));
        }
    }

    private static double Form(AnswerKind expects, string? answer) => expects switch
    {
        AnswerKind.Statement => 1,
        _ when answer is not null => 1,
        AnswerKind.Person or AnswerKind.Place or AnswerKind.Name => WithoutName,
        _ => WithoutNumber,
    };
}
