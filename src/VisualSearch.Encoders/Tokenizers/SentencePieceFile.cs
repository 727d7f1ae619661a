using System.Buffers.Binary;
using System.Text;

namespace VisualSearch.Encoders.Tokenizers;

/// <summary>
/// A SentencePiece model as it stands in its file: a protocol buffer (<c>ModelProto</c> of sentencepiece_model.proto), of which only
/// what encoding needs is read.
/// </summary>
/// <remarks>
/// <code>
/// ModelProto      1 pieces*  2 trainer_spec  3 normalizer_spec
/// SentencePiece   1 piece  2 score (float)  3 type (1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte)
/// TrainerSpec     3 model_type (1 unigram, 2 BPE, 3 word, 4 character)  24 treat_whitespace_as_suffix  35 byte_fallback
/// NormalizerSpec  2 precompiled_charsmap  3 add_dummy_prefix  4 remove_extra_whitespaces  5 escape_whitespaces
/// </code>
/// </remarks>
internal sealed class SentencePieceFile
{
    private readonly List<Piece> _pieces = [];
    private int _modelType = 1;
    private bool _spaceAtEnd;
    private bool _escapesSpace = true;

    private SentencePieceFile(string path) => Path = path;

    internal enum PieceType
    {
        Normal = 1,
        Unknown = 2,
        Control = 3,
        UserDefined = 4,
        Unused = 5,
        Byte = 6,
    }

    /// <summary>Where it was read from.</summary>
    public string Path { get; }

    /// <summary>The pieces; an id is a place in this list.</summary>
    public IReadOnlyList<Piece> Pieces => _pieces;

    /// <summary>Whether a character that no piece holds is written as the pieces of its bytes.</summary>
    public bool ByteFallback { get; private set; }

    /// <summary>Rules by which characters are replaced before all else; empty where there are none.</summary>
    public byte[] CharacterMap { get; private set; } = [];

    /// <summary>Whether a space is put before the text.</summary>
    public bool AddsSpace { get; private set; } = true;

    /// <summary>Whether spaces at the ends go, and several become one.</summary>
    public bool RemovesSpaces { get; private set; } = true;

    /// <summary>Reads a file.</summary>
    /// <exception cref="TokenizerException">It is absent, malformed, or of a kind that is not read here.</exception>
    public static SentencePieceFile Read(string path)
    {
        try
        {
            var file = new SentencePieceFile(path);
            file.ReadModel(File.ReadAllBytes(path));
            file.Check();
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TokenizerException($"The tokenizer's file cannot be read: {e.Message} Install the model again.", e);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException or DecoderFallbackException)
        {
            throw new TokenizerException($"'{path}' is no SentencePiece model, or is damaged ({e.Message}). Install the model again.", e);
        }
    }

    private void ReadModel(ReadOnlySpan<byte> model)
    {
        while (!model.IsEmpty)
        {
            (int field, ulong _, ReadOnlySpan<byte> content) = Next(ref model);
            switch (field)
            {
                case 1:
                    ReadPiece(content);
                    break;
                case 2:
                    ReadTrainer(content);
                    break;
                case 3:
                    ReadNormalizer(content);
                    break;
            }
        }
    }

    private void ReadPiece(ReadOnlySpan<byte> message)
    {
        string text = "";
        float score = 0;
        var type = PieceType.Normal;
        while (!message.IsEmpty)
        {
            (int field, ulong number, ReadOnlySpan<byte> content) = Next(ref message);
            switch (field)
            {
                case 1:
                    text = Encoding.UTF8.GetString(content);
                    break;
                case 2:
                    score = BitConverter.UInt32BitsToSingle((uint)number);
                    break;
                case 3:
                    type = (PieceType)number;
                    break;
            }
        }

        _pieces.Add(new Piece(text, score, type));
    }

    private void ReadTrainer(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            (int field, ulong number, _) = Next(ref message);
            switch (field)
            {
                case 3:
                    _modelType = (int)number;
                    break;
                case 24:
                    _spaceAtEnd = number != 0;
                    break;
                case 35:
                    ByteFallback = number != 0;
                    break;
            }
        }
    }

    private void ReadNormalizer(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            (int field, ulong number, ReadOnlySpan<byte> content) = Next(ref message);
            switch (field)
            {
                case 2:
                    CharacterMap = content.ToArray();
                    break;
                case 3:
                    AddsSpace = number != 0;
                    break;
                case 4:
                    RemovesSpaces = number != 0;
                    break;
                case 5:
                    _escapesSpace = number != 0;
                    break;
            }
        }
    }

    private void Check()
    {
        string? fault = _pieces.Count == 0 ? "has no pieces"
            : _modelType != 1 ? $"is of model type {_modelType}, not unigram (1)"
            : _pieces.Exists(p => p.Type == PieceType.UserDefined) ? "has user-defined pieces, which this version does not know"
            : _spaceAtEnd || !_escapesSpace ? "puts spaces in a way that this version does not know"
            : !_pieces.Exists(p => p.Type == PieceType.Unknown) ? "has no piece for what is unknown"
            : null;
        if (fault is not null)
        {
            throw new TokenizerException($"'{Path}' {fault}. Use a unigram model of SentencePiece's own defaults, or install the model again.");
        }
    }

    // One field of a protocol buffer: its number, and its value as a number or as bytes, as its wire type has it.
    private static Field Next(scoped ref ReadOnlySpan<byte> message)
    {
        ulong tag = Varint(ref message);
        int field = checked((int)(tag >> 3));
        switch (tag & 7)
        {
            case 0:
                return new Field(field, Varint(ref message), default);
            case 1:
                return new Field(field, BinaryPrimitives.ReadUInt64LittleEndian(Take(ref message, 8)), default);
            case 2:
                int length = checked((int)Varint(ref message));
                return new Field(field, 0, Take(ref message, length));
            case 5:
                return new Field(field, BinaryPrimitives.ReadUInt32LittleEndian(Take(ref message, 4)), default);
            default:
                throw new ArgumentOutOfRangeException(nameof(message), tag & 7, "No wire type of a protocol buffer.");
        }
    }

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> message, int length)
    {
        ReadOnlySpan<byte> taken = message[..length];
        message = message[length..];
        return taken;
    }

    private static ulong Varint(scoped ref ReadOnlySpan<byte> message)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte b = message[0];
            message = message[1..];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new ArgumentOutOfRangeException(nameof(message), value, "A number of a protocol buffer has more than ten bytes.");
    }

    /// <summary>One piece.</summary>
    internal readonly record struct Piece(string Text, float Score, PieceType Type);

    private readonly ref struct Field(int number, ulong value, ReadOnlySpan<byte> content)
    {
        private readonly int _number = number;
        private readonly ulong _value = value;
        private readonly ReadOnlySpan<byte> _content = content;

        public void Deconstruct(out int number, out ulong value, out ReadOnlySpan<byte> content)
        {
            number = _number;
            value = _value;
            content = _content;
        }
    }
}
