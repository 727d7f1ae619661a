using System.Buffers;

namespace VisualSearch.Search.Catalog;

/// <summary>
/// The one rule by which the catalog (SQLite, UTF-8) and the program (UTF-16) agree on text: what can be stored, which
/// texts are equal without regard to case, and which of two comes first.
/// </summary>
internal static class CatalogText
{
    private static readonly SearchValues<char> Unstorable =
        SearchValues.Create(['\0', .. Enumerable.Range(0xD800, 0x800).Select(c => (char)c)]);

    /// <summary>
    /// The text as it comes back from the catalog: NUL becomes a space, because SQLite's readers stop there; half a
    /// surrogate pair becomes U+FFFD, because UTF-8 can't hold it.
    /// </summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAny(Unstorable))
            return text;
        char[] clean = text.ToCharArray();
        for (int i = 0; i < clean.Length; i++)
        {
            if (clean[i] == '\0')
                clean[i] = ' ';
            else if (char.IsHighSurrogate(clean[i]) && i + 1 < clean.Length && char.IsLowSurrogate(clean[i + 1]))
                i++;
            else if (char.IsSurrogate(clean[i]))
                clean[i] = '\uFFFD';
        }
        return new string(clean);
    }

    /// <summary>The form in which texts that differ only in case are equal, ordinally (simple Unicode upper case).</summary>
    public static string Fold(string text) => Clean(text).ToUpperInvariant();

    /// <summary>
    /// Compares as SQLite compares stored text: by UTF-8 bytes, which is by code point. UTF-16 order differs where
    /// surrogate pairs meet U+E000..U+FFFF.
    /// </summary>
    public static int CompareCodePoints(string left, string right)
    {
        int common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
            return left.Length.CompareTo(right.Length);
        char a = left[common], b = right[common];
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a.CompareTo(b) : char.IsSurrogate(a) ? 1 : -1;
    }
}
