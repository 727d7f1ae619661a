using System.Text;

namespace VisualSearch.Encoders.Tokenizers;

/// <summary>
/// BERT's uncased WordPiece tokenizer (Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language
/// Understanding", 2019): the text is cleaned and split into words (<c>BertText</c>), and each word is cut, longest piece first, into
/// pieces of the vocabulary; those that go on a word are written there with <c>##</c>.
/// </summary>
/// <remarks>
/// Agrees with Google's on all 380 reference texts. A word that can't be cut, or of more than 200 characters, is the one
/// unknown token. Safe for use from many threads.
/// </remarks>
public sealed class WordPieceTokenizer : ITokenizer
{
    internal const string Start = "[CLS]";
    internal const string End = "[SEP]";
    internal const string Unknown = "[UNK]";

    // Google's limit: beyond it a word is taken for noise.
    private const int LongestWord = 200;
    private const string GoesOn = "##";

    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _firsts;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _nexts;
    private readonly int _longestPiece;
    private readonly int _start;
    private readonly int _end;
    private readonly int _unknown;

    private WordPieceTokenizer(string path, string start, string end, string unknown)
    {
        var firsts = new Dictionary<string, int>(StringComparer.Ordinal);
        var nexts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(path, Encoding.UTF8))
        {
            string token = line.Trim();
            (Dictionary<string, int> pieces, string piece) = token.StartsWith(GoesOn, StringComparison.Ordinal) && token.Length > GoesOn.Length
                ? (nexts, token[GoesOn.Length..])
                : (firsts, token);
            pieces[piece] = Vocabulary++;
            _longestPiece = Math.Max(_longestPiece, piece.Length);
        }

        int Id(string token) => firsts.TryGetValue(token, out int id)
            ? id
            : throw new TokenizerException(
                $"'{path}' has no token '{token}' among its {Vocabulary} lines: it is no BERT vocabulary, is damaged, or model.json names "
                + "the wrong token. Install the model again.");

        (_start, _end, _unknown) = (Id(start), Id(end), Id(unknown));
        _firsts = firsts.GetAlternateLookup<ReadOnlySpan<char>>();
        _nexts = nexts.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <inheritdoc/>
    public int Vocabulary { get; }

    /// <summary>Reads a vocabulary.</summary>
    /// <param name="vocabularyPath">Text: a token a line, its id the number of the line from 0.</param>
    /// <param name="start">The vocabulary's token for the start of a text.</param>
    /// <param name="end">The vocabulary's token for the end of a text.</param>
    /// <param name="unknown">The vocabulary's token for a word that can't be cut into its pieces.</param>
    /// <exception cref="TokenizerException">The file is absent, unreadable, or lacks one of these tokens.</exception>
    public static WordPieceTokenizer Load(string vocabularyPath, string start = Start, string end = End, string unknown = Unknown)
    {
        try
        {
            return new WordPieceTokenizer(vocabularyPath, start, end, unknown);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerException($"The tokenizer's file cannot be read: {e.Message} Install the model again.", e);
        }
    }

    /// <inheritdoc/>
    public int Encode(ReadOnlySpan<char> text, Span<int> ids)
    {
        if (ids.Length < 2)
        {
            throw new ArgumentException($"Room for {ids.Length} ids, but the start and end marks alone take 2.", nameof(ids));
        }

        ids[0] = _start;
        Span<int> room = ids[1..^1];
        int count = 0;
        BertText.WordEnumerator words = BertText.WordsOf(BertText.Clean(text));
        while (count < room.Length && words.TryNext(out ReadOnlySpan<char> word))
        {
            count += Cut(word, room[count..]);
        }

        ids[count + 1] = _end;
        return count + 2;
    }

    // A word whose rest is no piece becomes unknown as a whole, so that is only known once all of it was cut.
    private int Cut(ReadOnlySpan<char> word, Span<int> ids)
    {
        if (word.Length > LongestWord && CodePoints(word) > LongestWord)
        {
            ids[0] = _unknown;
            return 1;
        }

        int count = 0;
        var pieces = _firsts;
        for (ReadOnlySpan<char> rest = word; !rest.IsEmpty; pieces = _nexts)
        {
            int length = Math.Min(rest.Length, _longestPiece), id = 0;
            while (length > 0 && !pieces.TryGetValue(rest[..length], out id))
            {
                length--;
            }

            if (length == 0)
            {
                ids[0] = _unknown;
                return 1;
            }

            if (count < ids.Length)
            {
                ids[count++] = id;
            }

            rest = rest[length..];
        }

        return count;
    }

    private static int CodePoints(ReadOnlySpan<char> word)
    {
        int count = 0;
        foreach (Rune _ in word.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
