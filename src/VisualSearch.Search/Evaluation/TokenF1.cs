using System.Text.RegularExpressions;

namespace VisualSearch.Search.Evaluation;

/// <summary>
/// How much two answers have in common, word by word: the harmonic mean of the share of the given answer's words that are right and the
/// share of the right ones that are given (SQuAD, Rajpurkar et al. 2016). Articles, punctuation and case do not count.
/// </summary>
public static partial class TokenF1
{
    /// <summary>The F1 of two answers, 0..1.</summary>
    /// <param name="given">The answer to judge.</param>
    /// <param name="known">The right one.</param>
    public static double Of(string given, string known)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(known);
        List<string> left = Tokens(given), right = Tokens(known);
        if (left.Count == 0 || right.Count == 0)
            return left.Count == right.Count ? 1 : 0;
        List<string> unmatched = [.. right];
        int shared = left.Count(unmatched.Remove);
        return 2.0 * shared / (left.Count + right.Count);
    }

    private static List<string> Tokens(string text) =>
        [.. Token().Matches(text.ToLowerInvariant()).Select(static match => match.Value).Where(static word => word is not ("a" or "an" or "the"))];

    // A citation is no word of the answer.
    [GeneratedRegex(@"(?<!\[)[\p{L}\p{Nd}]+(?:[-'’][\p{L}\p{Nd}]+)*(?!\d*\])", RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
