using System.Globalization;
using System.Text;
using VisualSearch.Encoders.Tokenizers;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Rag.Words;

/// <summary>A word in a text.</summary>
/// <param name="Text">As it is written.</param>
/// <param name="Stem">In lower case and cut to its stem: what words are compared by.</param>
/// <param name="Start">Where it begins in the text.</param>
internal readonly record struct Word(string Text, string Stem, int Start)
{
    /// <summary>Where it ends in the text.</summary>
    public int End => Start + Text.Length;

    /// <summary>Whether it begins with a capital.</summary>
    public bool IsCapitalised => char.IsUpper(Text[0]);

    /// <summary>The words of a text in order. Hyphens and apostrophes within belong to a word ("twenty-two"); an ideograph is a word.</summary>
    public static List<Word> In(string text)
    {
        var words = new List<Word>();
        for (int i = 0; i < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[i]))
            {
                i++;
                continue;
            }

            int start = i;
            if (TextQuery.IsUnspaced(text[i]))
                i++;
            else
                while (i < text.Length && IsPart(text, i)) i++;
            string word = text[start..i];
            words.Add(new Word(word, StemOf(word), start));
        }

        return words;
    }

    /// <summary>The stem of one word: without a possessive s, without accents, in lower case.</summary>
    public static string StemOf(string word)
    {
        // Without its mark "が" would be "か", another word.
        if (TextQuery.IsUnspaced(word[0]))
            return word;
        string plain = Fold(word);
        if (plain.EndsWith("'s", StringComparison.Ordinal))
            plain = plain[..^2];
        return PorterStemmer.Stem(IrregularForms.BaseOf(plain));
    }

    private static bool IsPart(string text, int at)
    {
        char letter = text[at];
        if (char.IsLetterOrDigit(letter) || CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark)
            return !TextQuery.IsUnspaced(letter);
        return letter is '-' or '\'' or '’' && at + 1 < text.Length && char.IsLetterOrDigit(text[at + 1]) && char.IsLetterOrDigit(text[at - 1]);
    }

    private static string Fold(string word)
    {
        string lower = word.ToLowerInvariant().Replace('’', '\'');
        if (Ascii.IsValid(lower))
            return lower;
        var plain = new StringBuilder(lower.Length);
        Decompositions.AppendWithoutMarks(lower, plain);
        return plain.ToString();
    }
}
