using VisualSearch.Search.Rag.Words;

namespace VisualSearch.Search.Rag.Questions;

/// <summary>
/// Makes a question stand alone: "and who built it?" after a question about the bridge of Marshsund is one about them too. What it lacks comes
/// from the latest question that names something, and is put in front of it, so that nothing that was asked is changed.
/// </summary>
internal static class FollowUp
{
    private static readonly HashSet<string> Pointers = new(StringComparer.OrdinalIgnoreCase)
        { "it", "its", "he", "him", "his", "she", "her", "hers", "they", "them", "their", "there", "this", "that", "these", "those", "then", "here" };

    private static readonly HashSet<string> Openers = new(StringComparer.OrdinalIgnoreCase) { "and", "but", "so", "also" };

    /// <summary>The question with what it leaves to the conversation.</summary>
    /// <param name="question">What is asked now.</param>
    /// <param name="history">What was asked before, oldest first.</param>
    public static string Resolve(string question, IReadOnlyList<ChatTurn> history)
    {
        List<Word> words = Word.In(question);
        if (history.Count == 0 || !Depends(question, words))
            return question;
        for (int turn = history.Count - 1; turn >= 0; turn--)
        {
            List<Word> before = Word.In(history[turn].Question);
            string[] missing =
            [
                .. before.Where(word => !FunctionWords.Has(word.Text) && !words.Exists(other => other.Stem == word.Stem)).Select(static word => word.Text),
            ];
            if (missing.Length > 0)
                return $"About {string.Join(' ', missing)}: {question}";
        }

        return question;
    }

    // It points at something, begins like a continuation, or says next to nothing itself.
    private static bool Depends(string question, List<Word> words) =>
        words.Exists(static word => Pointers.Contains(word.Text))
        || (words.Count > 0 && Openers.Contains(words[0].Text))
        || question.StartsWith("what about", StringComparison.OrdinalIgnoreCase) || question.StartsWith("how about", StringComparison.OrdinalIgnoreCase)
        || words.Count(static word => !FunctionWords.Has(word.Text)) < 2;
}
