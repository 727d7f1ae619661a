using System.Text;
using System.Text.RegularExpressions;

namespace VisualSearch.Encoders.Tokenizers;

/// <summary>
/// SentencePiece's unigram tokenizer (Kudo, "Subword Regularization", 2018; Kudo and Richardson, "SentencePiece", 2018), as SigLIP and
/// the multilingual E5 models use it: the text is normalised by the model's own rules (<c>CharacterMap</c>), and cut into the pieces
/// whose log probabilities have the greatest sum (Viterbi).
/// </summary>
/// <remarks>
/// Agrees with the original on the texts of its tests, ids and all. What no piece covers becomes the unknown token, one for a run of such
/// characters, or the pieces of its bytes where the model has those. Models with user-defined pieces are refused. Safe for use from
/// many threads.
/// </remarks>
public sealed partial class SentencePieceTokenizer : ITokenizer
{
    // The original's: an unknown character costs that much more than the rarest piece.
    private const float UnknownPenalty = 10;

    private readonly SentencePieceFile _file;
    private readonly CharacterMap _map;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    private readonly int[] _bytes = new int[256];
    private readonly int _longestPiece;
    private readonly float _unknownScore;
    private readonly int _unknown;
    private readonly int _start;
    private readonly int _end;
    private readonly int _offset;
    private readonly bool _cleans;

    private SentencePieceTokenizer(string path, string? start, string end, int offset, bool cleans)
    {
        _file = SentencePieceFile.Read(path);
        _map = new CharacterMap(_file);
        (_offset, _cleans) = (offset, cleans);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        float least = float.MaxValue;
        for (int i = 0; i < _file.Pieces.Count; i++)
        {
            SentencePieceFile.Piece piece = _file.Pieces[i];
            if (piece.Type == SentencePieceFile.PieceType.Normal)
            {
                ids[piece.Text] = i;
                least = Math.Min(least, piece.Score);
                _longestPiece = Math.Max(_longestPiece, piece.Text.Length);
            }
            else if (piece.Type == SentencePieceFile.PieceType.Unknown)
            {
                _unknown = i;
            }
        }

        _unknownScore = least - UnknownPenalty;
        _ids = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _start = start is null ? -1 : Mark(path, start);
        _end = Mark(path, end);
        for (int b = 0; b < 256 && _file.ByteFallback; b++)
        {
            _bytes[b] = Place(path, $"<0x{b:X2}>");
        }
    }

    /// <inheritdoc/>
    public int Vocabulary => _file.Pieces.Count + _offset;

    /// <summary>Reads a model.</summary>
    /// <param name="path">A SentencePiece model file, such as <c>sentencepiece.bpe.model</c> or <c>spiece.model</c>.</param>
    /// <param name="start">Token that starts a text; null for none.</param>
    /// <param name="end">Token that ends a text.</param>
    /// <param name="offset">
    /// 0, or 1 for the ids of XLM-RoBERTa: <c>&lt;s&gt; &lt;pad&gt; &lt;/s&gt; &lt;unk&gt;</c> are 0 to 3, and each piece moves up by one.
    /// </param>
    /// <param name="lowerNoPunctuation">Lower-case, without ASCII punctuation, as SigLIP was trained.</param>
    /// <exception cref="TokenizerException">The file is absent, malformed, or of a kind that is not read here.</exception>
    public static SentencePieceTokenizer Load(string path, string? start, string end, int offset = 0, bool lowerNoPunctuation = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, 1);
        return new SentencePieceTokenizer(path, start, end, offset, lowerNoPunctuation);
    }

    /// <inheritdoc/>
    public int Encode(ReadOnlySpan<char> text, Span<int> ids)
    {
        if (ids.Length < 2)
        {
            throw new ArgumentException($"Room for {ids.Length} ids, but the start and end marks alone take 2.", nameof(ids));
        }

        int count = 0;
        if (_start >= 0)
        {
            ids[count++] = _start;
        }

        string normal = _map.Normalize(_cleans ? Clean(text.ToString()) : text);
        bool afterUnknown = false;
        foreach ((int from, int to, int piece) in BestPath(normal))
        {
            bool isUnknown = piece == _unknown;
            if (isUnknown && _file.ByteFallback)
            {
                foreach (byte b in Encoding.UTF8.GetBytes(normal[from..to]))
                {
                    count += Put(_bytes[b] + _offset, ids[..^1], count);
                }
            }
            else if (!isUnknown || !afterUnknown)
            {
                count += Put(isUnknown && _offset > 0 ? 3 : piece + _offset, ids[..^1], count);
            }

            afterUnknown = isUnknown;
            if (count == ids.Length - 1)
            {
                break;
            }
        }

        ids[count] = _end;
        return count + 1;
    }

    private static int Put(int id, Span<int> ids, int at)
    {
        if (at == ids.Length)
        {
            return 0;
        }

        ids[at] = id;
        return 1;
    }

    // best[i]: the greatest sum of scores of pieces that cover the text up to i, the last of them, and where it starts.
    private List<(int From, int To, int Piece)> BestPath(string text)
    {
        var best = new (float Score, int Piece, int From)[text.Length + 1];
        Array.Fill(best, (0, -1, -1), 1, text.Length);
        for (int from = 0, next; from < text.Length; from = next)
        {
            Rune.DecodeFromUtf16(text.AsSpan(from), out _, out int single);
            next = from + single;
            float before = best[from].Score;
            bool coversSingle = false;
            int most = Math.Min(_longestPiece, text.Length - from);
            for (int length = 1; length <= most; length++)
            {
                if (_ids.TryGetValue(text.AsSpan(from, length), out int id))
                {
                    Improve(ref best[from + length], (double)_file.Pieces[id].Score + before, id, from);
                    coversSingle |= length == single;
                }
            }

            if (!coversSingle)
            {
                Improve(ref best[next], (double)_unknownScore + before, _unknown, from);
            }
        }

        var path = new List<(int, int, int)>();
        for (int to = text.Length; to > 0; to = best[to].From)
        {
            path.Add((best[to].From, to, best[to].Piece));
        }

        path.Reverse();
        return path;
    }

    private static void Improve(ref (float Score, int Piece, int From) best, double score, int piece, int from)
    {
        if (best.From < 0 || score > best.Score)
        {
            best = ((float)score, piece, from);
        }
    }

    private int Mark(string path, string token) => _offset == 0
        ? Place(path, token)
        : token switch
        {
            "<s>" => 0,
            "<pad>" => 1,
            "</s>" => 2,
            "<unk>" => 3,
            _ => throw new TokenizerException(
                $"'{token}' is no mark of a model with $.text.tokenizer.offset 1; those are <s>, <pad>, </s> and <unk>. Correct model.json."),
        };

    private int Place(string path, string token)
    {
        for (int i = 0; i < _file.Pieces.Count; i++)
        {
            if (_file.Pieces[i].Text == token)
            {
                return i;
            }
        }

        throw new TokenizerException(
            $"'{path}' has no piece '{token}': it is another tokenizer's, is damaged, or model.json names the wrong token. Install the model again.");
    }

    private static string Clean(string text)
    {
        string lower = TextCleaning.Lower(text);
        return Spaces().Replace(string.Concat(lower.Where(c => !(char.IsAscii(c) && (char.IsPunctuation(c) || char.IsSymbol(c))))), " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
