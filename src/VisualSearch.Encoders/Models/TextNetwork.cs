using System.Buffers;
using System.Diagnostics;
using System.Numerics;
using Microsoft.ML.OnnxRuntime.Tensors;
using VisualSearch.Encoders.Tokenizers;

namespace VisualSearch.Encoders.Models;

/// <summary>The text side of a model at work: prefix → tokens → network → pooling → unit vectors.</summary>
/// <remarks>
/// Exporters name the further inputs of a text network alike, so these names need no place in model.json:
/// <c>attention_mask</c> (1 for a token, 0 for padding), <c>token_type_ids</c> (0), <c>position_ids</c> (0, 1, 2, …), and
/// <c>pixel_values</c> (a black picture) of a graph that holds both towers.
/// </remarks>
internal sealed class TextNetwork : IDisposable
{
    internal const string Mask = "attention_mask";
    private const string Types = "token_type_ids";
    private const string Positions = "position_ids";

    // 256 MiB of tokens' vectors: a batch of 1,024 long passages would take several times that.
    private const int MostOutputFloats = 1 << 26;

    private readonly ModelManifest _manifest;
    private readonly TextTower _tower;
    private readonly NetworkSession _session;
    private readonly bool _isInt32;
    private readonly float[] _noPicture;
    private readonly int _maxBatch;
    private readonly Action<EncodedBatch>? _onBatch;

    private TextNetwork(ModelManifest manifest, ITokenizer tokenizer, NetworkSession session, EncoderOptions options)
    {
        _manifest = manifest;
        _tower = manifest.Text;
        Tokenizer = tokenizer;
        _session = session;
        _isInt32 = session.TypeOf(_tower.Input) == TensorElementType.Int32;
        int wide = _tower.Pooling == TextPooling.Model ? manifest.Dimension : manifest.Dimension * _tower.MaxTokens;
        _maxBatch = Math.Clamp(MostOutputFloats / wide, 1, options.MaxBatch);
        _onBatch = options.OnBatch;
        _noPicture = manifest.Image is { } image && session.Others.Contains(image.Input) ? new float[3 * image.Size * image.Size] : [];
    }

    /// <summary>Threads that share one run.</summary>
    public int Threads => _session.Threads;

    /// <summary>How texts become token ids.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>Loads tokenizer and network.</summary>
    /// <exception cref="ModelException">One of them can't be used.</exception>
    public static TextNetwork Open(ModelManifest manifest, EncoderOptions options)
    {
        TextTower tower = manifest.Text;
        ITokenizer tokenizer = ModelTokenizer.Open(manifest);
        // A graph that holds both towers also wants a picture; its vector is not asked for.
        string[] fillable = manifest.Image is { } image && image.File == tower.File
            ? [Mask, Types, Positions, image.Input]
            : [Mask, Types, Positions];
        int length = tower.Fill == TextFill.Full ? tower.MaxTokens : -1;
        NetworkSession session = NetworkSession.Open(
            manifest.PathOf(tower.File), (tower.Input, [-1, length]),
            (tower.Output, tower.Pooling == TextPooling.Model ? [-1, manifest.Dimension] : [-1, length, manifest.Dimension]), fillable, options);
        if (session.TypeOf(tower.Input) is not (TensorElementType.Int64 or TensorElementType.Int32))
        {
            using (session)
            {
                throw new ModelException(
                    $"'{manifest.PathOf(tower.File)}' takes token ids as {session.TypeOf(tower.Input)}; export it with Int64 or Int32.");
            }
        }

        return new TextNetwork(manifest, tokenizer, session, options);
    }

    /// <summary>Encodes texts; see <see cref="DualEncoder.EncodeTexts"/>. Without a role they get no prefix.</summary>
    public void Encode(IReadOnlyList<string> texts, TextRole? role, Span<float> vectors)
    {
        int dimension = _manifest.Dimension;
        using var tokens = new TokenBatch(texts, _tower.PrefixOf(role), Tokenizer, _tower.MaxTokens);
        float[] pooled = ArrayPool<float>.Shared.Rent(Math.Min(_maxBatch, texts.Count) * dimension);
        try
        {
            // Texts of like length run together, so that little is padded.
            for (int start = 0; start < texts.Count; start += _maxBatch)
            {
                long began = Stopwatch.GetTimestamp();
                int count = Math.Min(_maxBatch, texts.Count - start);
                int length = _tower.Fill == TextFill.Full ? _tower.MaxTokens : tokens.LongestOf(start, count);
                if (_isInt32)
                    Run<int>(tokens, start, count, length, pooled);
                else
                    Run<long>(tokens, start, count, length, pooled);
                UnitVectors.Make(pooled.AsSpan(0, count * dimension), dimension, _manifest.PathOf(_tower.File));
                _onBatch?.Invoke(new EncodedBatch(_manifest.Name, EncodedKind.Text, count, Stopwatch.GetElapsedTime(began)));
                for (int i = 0; i < count; i++)
                {
                    pooled.AsSpan(i * dimension, dimension).CopyTo(vectors[(tokens.TextAt(start + i) * dimension)..]);
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(pooled);
        }
    }

    /// <summary>How many tokens of a text are read, with the prefix of its role.</summary>
    public int CountTokens(string text, TextRole? role)
    {
        int[] ids = ArrayPool<int>.Shared.Rent(_tower.MaxTokens);
        try
        {
            return Tokenizer.Encode(_tower.PrefixOf(role) + text, ids.AsSpan(0, _tower.MaxTokens));
        }
        finally
        {
            ArrayPool<int>.Shared.Return(ids);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void Run<T>(TokenBatch tokens, int start, int count, int length, float[] vectors)
        where T : unmanaged, INumber<T>
    {
        int dimension = _manifest.Dimension;
        T[] ids = ArrayPool<T>.Shared.Rent(count * length);
        float[] output = _tower.Pooling == TextPooling.Model ? vectors : ArrayPool<float>.Shared.Rent(count * length * dimension);
        try
        {
            using var inputs = new NetworkInputs();
            tokens.Fill(start, count, length, _tower.Padding, ids);
            inputs.Add(_tower.Input, ids, count, length);
            foreach (string other in _session.Others)
            {
                AddOther<T>(inputs, other, tokens, start, count, length);
            }

            if (_tower.Pooling == TextPooling.Model)
            {
                _session.Run(inputs, output, count, dimension);
                return;
            }

            _session.Run(inputs, output, count, length, dimension);
            for (int i = 0; i < count; i++)
            {
                ReadOnlySpan<float> own = output.AsSpan(i * length * dimension, tokens.LengthAt(start + i) * dimension);
                TokenPooling.Pool(own, vectors.AsSpan(i * dimension, dimension), _tower.Pooling);
            }
        }
        finally
        {
            ArrayPool<T>.Shared.Return(ids);
            if (_tower.Pooling != TextPooling.Model)
                ArrayPool<float>.Shared.Return(output);
        }
    }

    private void AddOther<T>(NetworkInputs inputs, string name, TokenBatch tokens, int start, int count, int length)
        where T : unmanaged, INumber<T>
    {
        if (_noPicture.Length > 0 && _manifest.Image is { } image && name == image.Input)
        {
            inputs.Add(name, _noPicture, 1, 3, image.Size, image.Size);
            return;
        }

        T[] values = new T[count * length];
        for (int i = 0; i < values.Length && name != Types; i++)
        {
            int row = i / length, at = i % length;
            values[i] = name == Positions ? T.CreateTruncating(at)
                : at < tokens.LengthAt(start + row) ? T.One
                : T.Zero;
        }

        inputs.Add(name, values, count, length);
    }
}
