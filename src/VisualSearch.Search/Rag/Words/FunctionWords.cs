namespace VisualSearch.Search.Rag.Words;

/// <summary>English words that say how a sentence is built, not what it is about.</summary>
internal static class FunctionWords
{
    private static readonly HashSet<string> All = new(StringComparer.OrdinalIgnoreCase)
    {
        "a", "about", "all", "am", "an", "and", "another", "any", "anybody", "anyone", "anything", "are", "as", "at", "be", "because", "been", "being", "both",
        "but", "by", "came", "can", "come", "comes", "could", "did", "do", "does", "doing", "done", "each", "else", "every", "few", "for", "from", "gave", "get",
        "gets", "give", "go", "goes", "got", "had", "has", "have", "having", "he", "her", "here", "hers", "him", "his", "how", "i", "if", "in", "into", "is", "it",
        "its", "just", "let", "many", "may", "me", "might", "more", "most", "much", "must", "my", "no", "nor", "not", "of", "off", "on", "one", "only", "or",
        "other", "our", "out", "over", "own", "please", "s", "say", "says", "shall", "she", "should", "so", "some", "somebody", "someone", "something", "such",
        "tell", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "those", "through", "to", "too", "under", "up", "us", "very",
        "was", "we", "were", "what", "whatever", "when", "where", "which", "while", "who", "whom", "whose", "why", "will", "with", "would", "you", "your",
    };

    /// <summary>Whether a word is one, in any case.</summary>
    public static bool Has(string word) => All.Contains(word);
}
