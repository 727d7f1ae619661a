using System.Net;
using System.Text;

namespace VisualSearch.Encoders.Tokenizers;

/// <summary>
/// What CLIP does to a text before it splits it: HTML references decoded, lower-case. White space needs no cleaning: the splitter
/// passes over it, of whatever kind and length.
/// </summary>
internal static class TextCleaning
{
    /// <summary>The text as the splitter reads it.</summary>
    public static string Clean(ReadOnlySpan<char> text)
    {
        string clean = text.ToString();
        if (clean.Contains('&'))
        {
            // Twice, as the original does: captions from the web are often escaped twice.
            clean = WebUtility.HtmlDecode(WebUtility.HtmlDecode(clean));
        }

        return Lower(clean);
    }

    /// <summary>Lower-case as Python makes it: .NET maps single code points, and Unicode's full mapping differs from that in two letters.</summary>
    public static string Lower(string text)
    {
        if (!text.AsSpan().ContainsAny('\u0130', '\u03A3'))
        {
            return text.ToLowerInvariant();
        }

        char[] marked = text.ToCharArray();
        for (int i = 0; i < marked.Length; i++)
        {
            if (marked[i] == '\u03A3' && IsLetter(text, i - 1) && !IsLetter(text, i + 1))
            {
                marked[i] = '\u03C2';
            }
        }

        return new string(marked).ToLowerInvariant().Replace("\u0130", "i\u0307", StringComparison.Ordinal);
    }

    private static bool IsLetter(string text, int at) => at >= 0 && at < text.Length && char.IsLetter(text[at]);
}
