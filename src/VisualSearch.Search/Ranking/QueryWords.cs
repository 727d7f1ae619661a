namespace VisualSearch.Search.Ranking;

/// <summary>Words of queries and captions as people compare them: lower case, without plural s, without function words.</summary>
internal static class QueryWords
{
    // Words that say nothing about a picture: "a photo of the dog" is found by "dog".
    private static readonly HashSet<string> FunctionWords =
        ["a", "an", "and", "as", "at", "by", "for", "from", "in", "is", "it", "its", "of", "on", "or", "the", "to", "with"];

    /// <summary>The distinct words of a text; function words only if there is nothing else.</summary>
    internal static HashSet<string> Of(string? text)
    {
        HashSet<string> all = Split(text);
        HashSet<string> telling = [.. all.Where(word => !FunctionWords.Contains(word))];
        return telling.Count > 0 ? telling : all;
    }

    /// <summary>All distinct words of a text.</summary>
    internal static HashSet<string> Split(string? text)
    {
        HashSet<string> words = new(StringComparer.Ordinal);
        if (text is null)
            return words;
        int start = -1;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && char.IsLetterOrDigit(text[i]))
            {
                if (start < 0)
                    start = i;
            }
            else if (start >= 0)
            {
                words.Add(Singular(text[start..i].ToLowerInvariant()));
                start = -1;
            }
        }

        return words;
    }

    // Both sides are cut the same way, so "buses" and "bus" meet at "bu" without a dictionary.
    private static string Singular(string word)
    {
        if (word.Length > 3 && word.EndsWith("es", StringComparison.Ordinal))
            word = word[..^2];
        else if (word.Length > 2 && (word[^1] == 's' || word[^1] == 'e'))
            word = word[..^1];
        return word.Length > 2 && word[^1] == 's' ? word[..^1] : word;
    }
}
