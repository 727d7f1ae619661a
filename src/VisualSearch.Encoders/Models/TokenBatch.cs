using System.Buffers;
using System.Numerics;
using VisualSearch.Encoders.Tokenizers;

namespace VisualSearch.Encoders.Models;

/// <summary>The token ids of several texts, in order of length, from which padded batches are cut.</summary>
internal sealed class TokenBatch : IDisposable
{
    private readonly int[] _ids;
    private readonly int[] _lengths;
    private readonly int[] _order;
    private readonly int _maxTokens;

    /// <summary>Tokenizes the texts, each with <paramref name="prefix"/> before it.</summary>
    public TokenBatch(IReadOnlyList<string> texts, string prefix, ITokenizer tokenizer, int maxTokens)
    {
        _maxTokens = maxTokens;
        _ids = ArrayPool<int>.Shared.Rent(checked(texts.Count * maxTokens));
        _lengths = new int[texts.Count];
        _order = new int[texts.Count];
        for (int i = 0; i < texts.Count; i++)
        {
            _order[i] = i;
            _lengths[i] = tokenizer.Encode(prefix.Length == 0 ? texts[i] : prefix + texts[i], _ids.AsSpan(i * maxTokens, maxTokens));
        }

        Array.Sort(_lengths, _order);
    }

    /// <summary>Which text stands at a place of the order.</summary>
    public int TextAt(int place) => _order[place];

    /// <summary>How many tokens the text at a place of the order has.</summary>
    public int LengthAt(int place) => _lengths[place];

    /// <summary>The greatest number of tokens among <paramref name="count"/> texts from a place on.</summary>
    public int LongestOf(int start, int count) => _lengths[start + count - 1];

    /// <summary>Writes a batch, <c>[count, length]</c>, short texts filled up with the padding id.</summary>
    public void Fill<T>(int start, int count, int length, int padding, Span<T> ids)
        where T : unmanaged, INumber<T>
    {
        for (int row = 0; row < count; row++)
        {
            Span<T> to = ids.Slice(row * length, length);
            ReadOnlySpan<int> from = _ids.AsSpan(_order[start + row] * _maxTokens, _lengths[start + row]);
            for (int i = 0; i < length; i++)
            {
                to[i] = T.CreateTruncating(i < from.Length ? from[i] : padding);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<int>.Shared.Return(_ids);
}
