namespace VisualSearch.Encoders.Tokenizers;

/// <summary>Turns a text into the token ids that a text tower reads. Implementations may be used by many threads at once.</summary>
public interface ITokenizer
{
    /// <summary>Number of tokens in the vocabulary; every id is in 0 … <c>Vocabulary - 1</c>.</summary>
    int Vocabulary { get; }

    /// <summary>Writes the ids of a text with its marks; one that does not fit is cut so that the end mark stays.</summary>
    /// <param name="text">Any text, also empty; malformed UTF-16 is read as U+FFFD.</param>
    /// <param name="ids">Room for the ids: its length is the most that is written. At least 2.</param>
    /// <returns>How many ids were written, at least 1.</returns>
    /// <exception cref="ArgumentException"><paramref name="ids"/> has room for less than 2.</exception>
    int Encode(ReadOnlySpan<char> text, Span<int> ids);

    /// <summary>The ids of a text as a new array; otherwise as <see cref="Encode(ReadOnlySpan{char}, Span{int})"/>.</summary>
    /// <param name="text">Any text, also empty.</param>
    /// <param name="maxTokens">Most ids wanted, marks included. At least 2.</param>
    /// <returns>1 to <paramref name="maxTokens"/> ids.</returns>
    int[] Encode(string text, int maxTokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 2);
        int[] ids = new int[maxTokens];
        return ids[..Encode(text, ids)];
    }
}
