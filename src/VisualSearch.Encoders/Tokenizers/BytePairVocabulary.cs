using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace VisualSearch.Encoders.Tokenizers;

/// <summary>
/// A byte-pair vocabulary in CLIP's two files: <c>vocab.json</c> (token → id) and <c>merges.txt</c> (a comment line, then one
/// pair of tokens a line, best first). Holds tokens as ids only: what each byte is, and what two neighbours merge into.
/// </summary>
internal sealed class BytePairVocabulary
{
    private const string WordEnd = "</w>";

    private readonly int[] _bytes = new int[256];
    private readonly int[] _lastBytes = new int[256];
    private readonly FrozenDictionary<(int Left, int Right), Merge> _merges;
    private readonly Dictionary<string, int> _ids;
    private readonly string _vocabularyPath;

    private BytePairVocabulary(string vocabularyPath, string mergesPath)
    {
        _vocabularyPath = vocabularyPath;
        _ids = ReadIds(vocabularyPath);
        for (int b = 0; b < 256; b++)
        {
            string character = Printable((byte)b).ToString();
            _bytes[b] = Id(character);
            _lastBytes[b] = Id(character + WordEnd);
        }

        _merges = ReadMerges(mergesPath);
        Size = _ids.Values.Max() + 1;
    }

    /// <summary>One more than the greatest id.</summary>
    public int Size { get; }

    /// <summary>Reads both files.</summary>
    /// <exception cref="TokenizerException">A file is absent, malformed, or the two do not belong together.</exception>
    public static BytePairVocabulary Load(string vocabularyPath, string mergesPath)
    {
        try
        {
            return new BytePairVocabulary(vocabularyPath, mergesPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerException($"The tokenizer's files cannot be read: {e.Message} Install the model again.", e);
        }
    }

    /// <summary>The id of a token as it stands in the file.</summary>
    /// <exception cref="TokenizerException">There is no such token.</exception>
    public int Id(string token) => _ids.TryGetValue(token, out int id)
        ? id
        : throw new TokenizerException(
            $"'{_vocabularyPath}' has no token '{token}': it is no CLIP vocabulary, is damaged, or model.json names the wrong token. "
            + "Install the model again.");

    /// <summary>The id that a byte of a word starts as.</summary>
    public int ByteId(byte value, bool isLast) => (isLast ? _lastBytes : _bytes)[value];

    /// <summary>What two neighbours merge into, and how early (0 first) that merge is done.</summary>
    public bool TryMerge(int left, int right, out Merge merge) => _merges.TryGetValue((left, right), out merge);

    /// <summary>One line of the merges file.</summary>
    /// <param name="Rank">Its place: lower is merged first.</param>
    /// <param name="Id">The token that the pair becomes.</param>
    internal readonly record struct Merge(int Rank, int Id);

    // The files are text, so each byte is written as a printable character: itself where it is one, else the next from U+0100 on.
    private static char Printable(byte value)
    {
        static bool IsPrintable(int b) => b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
        return IsPrintable(value) ? (char)value : (char)(256 + Enumerable.Range(0, value).Count(b => !IsPrintable(b)));
    }

    private static Dictionary<string, int> ReadIds(string path)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        try
        {
            var reader = new Utf8JsonReader(File.ReadAllBytes(path));
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new TokenizerException(
                    $"'{path}' must be one JSON object of token and id, but starts with {reader.TokenType}. Install the model again.");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                string token = reader.GetString()!;
                reader.Read();
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out int id) || id < 0)
                {
                    throw new TokenizerException(
                        $"'{path}': the id of token '{token}' is no whole number from 0. Install the model again.");
                }

                ids[token] = id;
            }
        }
        catch (JsonException e)
        {
            throw new TokenizerException($"'{path}' is no valid JSON: {e.Message} Install the model again.", e);
        }

        return ids;
    }

    private FrozenDictionary<(int Left, int Right), Merge> ReadMerges(string path)
    {
        var merges = new Dictionary<(int, int), Merge>();
        int number = 0;
        foreach (string line in File.ReadLines(path, Encoding.UTF8))
        {
            // The first line is a version comment; a later '#' may be a token.
            if (++number == 1 || line.Length == 0)
            {
                continue;
            }

            int space = line.IndexOf(' ');
            if (space <= 0 || space == line.Length - 1 || line.IndexOf(' ', space + 1) >= 0)
            {
                throw new TokenizerException(
                    $"'{path}' line {number}: expected two tokens and one space between them, found '{line}'. Install the model again.");
            }

            string left = line[..space], right = line[(space + 1)..];
            merges.TryAdd((Id(left), Id(right)), new Merge(merges.Count, Id(left + right)));
        }

        return merges.ToFrozenDictionary();
    }
}
