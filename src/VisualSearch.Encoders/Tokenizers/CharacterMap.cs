using System.Buffers.Binary;
using System.Text;

namespace VisualSearch.Encoders.Tokenizers;

/// <summary>
/// SentencePiece's normaliser: replaces characters by the rules that a model was trained with (mostly Unicode's NFKC), and writes
/// spaces as U+2581.
/// </summary>
/// <remarks>
/// The rules are a byte string: the length of a trie in bytes, the trie as a double array (Darts-clone, 32 bits a node), then the
/// replacements, each ended by a zero byte. The longest rule that matches is taken. A node of the trie:
/// <code>
/// bit 31 and 0-7   label of the way to it (bit 31 set: a leaf, bits 0-30 its value)
/// bit 8            whether it has a leaf, that is whether a rule ends here
/// bit 9, 10-31     offset to its children, shifted by another 8 bits if bit 9 is set
/// </code>
/// </remarks>
internal sealed class CharacterMap
{
    internal const char Space = '\u2581';

    private readonly uint[] _trie;
    private readonly byte[] _replacements;
    private readonly bool _addsSpace;
    private readonly bool _removesSpaces;

    /// <summary>Takes the rules of a model.</summary>
    /// <exception cref="TokenizerException">The rules are shorter than they say.</exception>
    public CharacterMap(SentencePieceFile file)
    {
        (_addsSpace, _removesSpaces) = (file.AddsSpace, file.RemovesSpaces);
        ReadOnlySpan<byte> rules = file.CharacterMap;
        if (rules.IsEmpty)
        {
            (_trie, _replacements) = ([], []);
            return;
        }

        long bytes = rules.Length < sizeof(uint) ? long.MaxValue : BinaryPrimitives.ReadUInt32LittleEndian(rules);
        if (bytes > rules.Length - sizeof(uint))
        {
            throw new TokenizerException(
                $"'{file.Path}' has {rules.Length} bytes of rules for characters, fewer than they say: it is damaged. Install the model again.");
        }

        ReadOnlySpan<byte> trie = rules.Slice(sizeof(uint), (int)bytes);
        _trie = new uint[bytes / sizeof(uint)];
        for (int i = 0; i < _trie.Length; i++)
        {
            _trie[i] = BinaryPrimitives.ReadUInt32LittleEndian(trie[(i * sizeof(uint))..]);
        }

        _replacements = rules[(sizeof(uint) + (int)bytes)..].ToArray();
    }

    /// <summary>Normalises a text.</summary>
    public string Normalize(ReadOnlySpan<char> text)
    {
        byte[] bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        ReadOnlySpan<byte> rest = bytes.AsSpan(0, Encoding.UTF8.GetBytes(text, bytes));
        var result = new List<byte>(rest.Length + 16);
        bool afterSpace = _removesSpaces;
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<byte> part = Replace(rest, out int length);
            rest = rest[length..];
            if (afterSpace)
            {
                part = part.TrimStart((byte)' ');
            }

            if (!part.IsEmpty)
            {
                result.AddRange(part);
                afterSpace = _removesSpaces && part[^1] == ' ';
            }
        }

        if (result.Count == 0)
        {
            return "";
        }

        string normal = Encoding.UTF8.GetString(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(result)).Replace(' ', Space);
        normal = _addsSpace ? Space + normal : normal;
        // As the original, which takes away also what the text itself has of this character.
        return _removesSpaces ? normal.TrimEnd(Space) : normal;
    }

    // The replacement of the front of a text, or its first character as it is.
    private ReadOnlySpan<byte> Replace(ReadOnlySpan<byte> text, out int length)
    {
        length = 0;
        int found = -1;
        if (_trie.Length > 0)
        {
            uint at = Offset(_trie[0]);
            for (int i = 0; i < text.Length; i++)
            {
                at ^= text[i];
                uint node = at < _trie.Length ? _trie[at] : 0;
                if ((node & 0x800000FF) != text[i])
                {
                    break;
                }

                at ^= Offset(node);
                if ((node & 0x100) != 0 && at < _trie.Length)
                {
                    (found, length) = ((int)(_trie[at] & 0x7FFFFFFF), i + 1);
                }
            }
        }

        if (found < 0)
        {
            length = text[0] switch { < 0x80 => 1, < 0xE0 => 2, < 0xF0 => 3, _ => 4 };
            return text[..length];
        }

        ReadOnlySpan<byte> replacement = _replacements.AsSpan(found);
        int end = replacement.IndexOf((byte)0);
        return end < 0 ? replacement : replacement[..end];
    }

    private static uint Offset(uint node) => (node >> 10) << (int)((node & 0x200) >> 6);
}
