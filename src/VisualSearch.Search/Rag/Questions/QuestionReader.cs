using VisualSearch.Encoders.Media.Subtitles;
using VisualSearch.Search.Rag.Words;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Search.Rag.Questions;

/// <summary>Reads questions by rules alone: no model is needed, and the same question is always understood alike.</summary>
/// <remarks>
/// <code>
/// FollowUp         names of the conversation for "it" and "there"
/// QuestionFilters  "in videos from 2024" → a filter
/// parts            each sentence with a question mark, and "…, and who …", is a question of its own
/// AnswerKinds      "how many" → a number
/// </code>
/// The rules are for English. In other languages a question is one part that expects a statement, found by its words and its meaning.
/// </remarks>
/// <param name="rarity">The inverse document frequency of a word in the collection.</param>
public sealed class QuestionReader(Func<string, double> rarity) : IQuestionReader
{
    // Words of nearly every text still tell something when nothing else is asked for.
    private const double LeastRarity = 0.5;

    private static readonly HashSet<string> Askers = new(StringComparer.OrdinalIgnoreCase) { "who", "what", "when", "where", "which", "why", "how", "whose", "whom" };

    /// <inheritdoc/>
    public UnderstoodQuestion Read(AskQuery query)
    {
        ArgumentNullException.ThrowIfNull(query);
        string standalone = FollowUp.Resolve(query.Question.Trim(), query.History);
        (string about, Filter? found, IReadOnlyList<string> phrases) = QuestionFilters.Read(standalone);
        List<QuestionPart> parts = [.. Split(about).Select(Part)];
        return new UnderstoodQuestion
        {
            Asked = query.Question,
            Standalone = standalone,
            Parts = parts,
            Filter = Both(query.Filter, found),
            Phrase = Phrase(parts, phrases),
        };
    }

    private static Filter? Both(Filter? given, Filter? found) =>
        given is null ? found : found is null ? given : new Filter.All([given, found]);

    private static IEnumerable<string> Split(string text)
    {
        List<string> questions = [];
        foreach (Range range in Sentences.Split(text))
        {
            string sentence = text[range].Trim();
            if (sentence.Length > 0)
                questions.AddRange(Clauses(sentence));
        }

        // "I was in Karlsvik once. Who lives there?": what is no question says what the question is about.
        List<string> asked = questions.FindAll(static part => part.EndsWith('?'));
        if (asked.Count == 0 || asked.Count == questions.Count)
            return asked.Count > 1 ? asked : [text.Trim()];
        string told = string.Join(' ', questions.Except(asked));
        return asked.Select(question => $"{told} {question}");
    }

    // "Who lives there, and when was it built?" are two questions; "where is the boat and the ball" is one.
    private static IEnumerable<string> Clauses(string sentence)
    {
        List<Word> words = Word.In(sentence);
        int from = 0;
        for (int i = 1; i < words.Count - 1; i++)
        {
            if (words[i].Stem != "and" || !Askers.Contains(words[i + 1].Text) || words[i].Start == from)
                continue;
            yield return sentence[from..words[i].Start].Trim(' ', ',', ';') + "?";
            from = words[i + 1].Start;
        }

        yield return sentence[from..].Trim();
    }

    private static string Phrase(IReadOnlyList<QuestionPart> parts, IReadOnlyList<string> filters)
    {
        string about = string.Join(" + ", parts.Select(static part => part.Words.Count == 0 ? part.Text : string.Join(", ", part.Words.Select(static word => word.Text))));
        string expected = string.Join(" + ", parts.Where(static part => part.Expects != AnswerKind.Statement).Select(static part => AnswerKinds.Name(part.Expects)));
        return string.Join("; ", new[] { about, expected, string.Join(", ", filters) }.Where(static part => part.Length > 0));
    }

    private QuestionPart Part(string text)
    {
        List<Word> words = Word.In(text);
        (AnswerKind expects, AnswerKinds.Span used, string? counted) = AnswerKinds.Of(words);
        List<QuestionWord> about = [];
        for (int i = 0; i < words.Count; i++)
        {
            Word word = words[i];
            // "What is the dog called?": to be called something is what is asked for, not what it is about.
            bool asks = (i >= used.From && i < used.To) || (expects == AnswerKind.Name && word.Stem is "call" or "name");
            if (asks || FunctionWords.Has(word.Text) || about.Exists(other => other.Stem == word.Stem))
                continue;
            bool name = word.IsCapitalised && i > 0 && !EndsSentence(text, words[i - 1].End, word.Start);
            about.Add(new QuestionWord(word.Text, word.Stem, Math.Max(LeastRarity, rarity(word.Text)), name));
        }

        return new QuestionPart(text, about, expects, counted);
    }

    private static bool EndsSentence(string text, int from, int to) => text.AsSpan(from, to - from).IndexOfAny(".!?:\"") >= 0;
}
