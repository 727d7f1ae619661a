using System.Buffers;
using System.Collections.Concurrent;
using System.Text;

namespace VisualSearch.Encoders.Tokenizers;

/// <summary>
/// The byte-level byte-pair tokenizer of OpenAI's CLIP (Radford et al., "Learning Transferable Visual Models From Natural
/// Language Supervision", 2021): HTML references decoded, lower-case, split into words (<c>WordSplitter</c>), each word's UTF-8
/// bytes merged into tokens (<c>BytePairMerger</c>). Any text has ids; there is no unknown token.
/// </summary>
/// <remarks>
/// Agrees with OpenAI's on all 380 reference texts. Two differences by intent: broken Unicode is not repaired (the original
/// runs <c>ftfy</c> first), and of HTML's named references only those of HTML 4 with their semicolon are decoded.
/// Words repeat, so the ids of up to 32,768 short ones are remembered. Safe for use from many threads.
/// </remarks>
public sealed class ClipTokenizer : ITokenizer
{
    internal const string Start = "<|startoftext|>";
    internal const string End = "<|endoftext|>";

    // About 3 MB when full. A long word is rare and seldom comes twice.
    private const int MostRemembered = 32_768;
    private const int LongestRemembered = 48;

    private readonly BytePairVocabulary _vocabulary;
    private readonly ConcurrentDictionary<string, int[]> _remembered = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int[]>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    private readonly int[] _start;
    private readonly int[] _end;
    private int _rememberedCount;

    private ClipTokenizer(BytePairVocabulary vocabulary, string start, string end)
    {
        _vocabulary = vocabulary;
        _start = [vocabulary.Id(start)];
        _end = [vocabulary.Id(end)];
        _bySpan = _remembered.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <inheritdoc/>
    public int Vocabulary => _vocabulary.Size;

    /// <summary>Reads a vocabulary.</summary>
    /// <param name="vocabularyPath">JSON object: token → id, with every byte alone and at a word's end.</param>
    /// <param name="mergesPath">Text: a comment line, then one pair of tokens a line, first merged first.</param>
    /// <param name="start">The vocabulary's token for the start of a text.</param>
    /// <param name="end">The vocabulary's token for the end of a text.</param>
    /// <exception cref="TokenizerException">A file is absent or malformed, or the two do not belong together.</exception>
    public static ClipTokenizer Load(string vocabularyPath, string mergesPath, string start = Start, string end = End)
        => new(BytePairVocabulary.Load(vocabularyPath, mergesPath), start, end);

    /// <inheritdoc/>
    public int[] Encode(string text, int maxTokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 2);
        int[] ids = ArrayPool<int>.Shared.Rent(maxTokens);
        int count = Encode(text, ids.AsSpan(0, maxTokens));
        int[] result = ids[..count];
        ArrayPool<int>.Shared.Return(ids);
        return result;
    }

    /// <inheritdoc/>
    public int Encode(ReadOnlySpan<char> text, Span<int> ids)
    {
        if (ids.Length < 2)
        {
            throw new ArgumentException($"Room for {ids.Length} ids, but the start and end marks alone take 2.", nameof(ids));
        }

        ids[0] = _start[0];
        int count = 1, room = ids.Length - 1;
        var words = new WordSplitter(TextCleaning.Clean(text));
        while (count < room && words.TryNext(out ReadOnlySpan<char> word))
        {
            ReadOnlySpan<int> tokens = TokensOf(word);
            tokens = tokens[..Math.Min(tokens.Length, room - count)];
            tokens.CopyTo(ids[count..]);
            count += tokens.Length;
        }

        ids[count] = _end[0];
        return count + 1;
    }

    private int[] TokensOf(ReadOnlySpan<char> word)
    {
        if (_bySpan.TryGetValue(word, out int[]? known))
        {
            return known;
        }

        if (word.SequenceEqual(Start))
        {
            return _start;
        }

        if (word.SequenceEqual(End))
        {
            return _end;
        }

        int[] tokens = Merge(word);
        if (word.Length <= LongestRemembered && Volatile.Read(ref _rememberedCount) < MostRemembered && _bySpan.TryAdd(word, tokens))
        {
            Interlocked.Increment(ref _rememberedCount);
        }

        return tokens;
    }

    private int[] Merge(ReadOnlySpan<char> word)
    {
        int most = Encoding.UTF8.GetMaxByteCount(word.Length);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(most);
        int[] numbers = ArrayPool<int>.Shared.Rent(3 * most);
        try
        {
            int count = Encoding.UTF8.GetBytes(word, bytes);
            Span<int> ids = numbers.AsSpan(0, count);
            for (int i = 0; i < count; i++)
            {
                ids[i] = _vocabulary.ByteId(bytes[i], i == count - 1);
            }

            return new BytePairMerger(_vocabulary, ids, numbers.AsSpan(count, 2 * count)).Run().ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            ArrayPool<int>.Shared.Return(numbers);
        }
    }
}
