using System.Buffers;
using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime.Tensors;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Tokenizers;

namespace VisualSearch.Encoders.Models;

/// <summary>
/// Turns pictures and texts into unit vectors of one space, in which what belongs together lies together: a picture tower and a text
/// tower as of CLIP (Radford et al., 2021), run by ONNX Runtime.
/// </summary>
/// <remarks>
/// All members may be called from many threads at once. <see cref="EncoderOptions.Threads"/> says how the cores are shared.
/// </remarks>
public sealed class DualEncoder : IDisposable
{
    // 256 MiB of normalised pixels: a batch of 1,024 large pictures would not fit one array.
    private const int MostInputFloats = 1 << 26;

    private readonly NetworkSession _image;
    private readonly NetworkSession _text;
    private readonly ITokenizer _tokenizer;
    private readonly PixelNormalizer _normalizer;
    private readonly int _maxPictures;
    private readonly int _maxTexts;

    private DualEncoder(ModelManifest manifest, ITokenizer tokenizer, NetworkSession image, NetworkSession text, int maxBatch)
    {
        Manifest = manifest;
        _tokenizer = tokenizer;
        _image = image;
        _text = text;
        _maxTexts = maxBatch;
        _maxPictures = Math.Clamp(MostInputFloats / (3 * manifest.Image.Size * manifest.Image.Size), 1, maxBatch);
        _normalizer = new PixelNormalizer(manifest.Image.Mean, manifest.Image.Std);
    }

    /// <summary>What the model's <c>model.json</c> says.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Length of every vector.</summary>
    public int Dimension => Manifest.Dimension;

    /// <summary>Version of ONNX Runtime's native library, such as <c>1.29.0</c>: what <c>vsearch doctor</c> shows.</summary>
    /// <exception cref="ModelException">The library can't be loaded; the message says what to do.</exception>
    public static string RuntimeVersion => NetworkSession.RuntimeVersion;

    /// <summary>Opens a model folder: checks its files, loads and optimises both networks (0.1 to 0.2 s for the default model).</summary>
    /// <param name="folder">Holds <c>model.json</c>; <see cref="DefaultModel.Locate()"/> finds the default one.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ModelException">The model can't be used; the message says why and what to do.</exception>
    public static DualEncoder Open(string folder, EncoderOptions? options = null)
    {
        options ??= new EncoderOptions();
        ModelManifest manifest = ModelManifest.Load(folder);
        if (options.VerifyDigests)
        {
            manifest.VerifyFiles();
        }

        ITokenizer tokenizer = OpenTokenizer(manifest);
        ImageTower pictures = manifest.Image;
        TextTower texts = manifest.Text;
        NetworkSession? image = null, text = null;
        try
        {
            image = NetworkSession.Open(
                manifest.PathOf(pictures.File), (pictures.Input, [-1, 3, pictures.Size, pictures.Size]), (pictures.Output, manifest.Dimension), options);
            text = NetworkSession.Open(
                manifest.PathOf(texts.File), (texts.Input, [-1, -1]), (texts.Output, manifest.Dimension), options);
            if (text.InputType is not (TensorElementType.Int64 or TensorElementType.Int32))
            {
                throw new ModelException(
                    $"'{manifest.PathOf(texts.File)}' takes token ids as {text.InputType}; export it with Int64 or Int32.");
            }

            return new DualEncoder(manifest, tokenizer, image, text, options.MaxBatch);
        }
        catch
        {
            image?.Dispose();
            text?.Dispose();
            throw;
        }
    }

    /// <summary>Encodes pictures.</summary>
    /// <param name="pictures">Each <c>Size × Size</c>, as <see cref="PictureReader"/> gives for <see cref="ModelManifest.Fit"/>.</param>
    /// <param name="vectors">Takes <c>n × dimension</c> floats, one unit vector after the other in the order given.</param>
    /// <exception cref="ArgumentException">A picture has another size, or <paramref name="vectors"/> another length.</exception>
    /// <exception cref="ModelException">The network failed or gave no usable vector.</exception>
    public void EncodePictures(IReadOnlyList<RgbPicture> pictures, Span<float> vectors)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        CheckRoom(pictures.Count, vectors);
        int size = Manifest.Image.Size, planes = 3 * size * size;
        float[] input = ArrayPool<float>.Shared.Rent(Math.Min(_maxPictures, pictures.Count) * planes);
        try
        {
            for (int start = 0; start < pictures.Count; start += _maxPictures)
            {
                int count = Math.Min(_maxPictures, pictures.Count - start);
                for (int i = 0; i < count; i++)
                {
                    RgbPicture picture = pictures[start + i];
                    if (picture.Width != size || picture.Height != size)
                    {
                        throw new ArgumentException(
                            $"Picture {start + i} has {picture.Width} x {picture.Height} pixels, but the model '{Manifest.Name}' takes "
                            + $"{size} x {size}: read it with the manifest's Fit.", nameof(pictures));
                    }

                    _normalizer.Write(picture, input.AsSpan(i * planes, planes));
                }

                Span<float> batch = vectors.Slice(start * Dimension, count * Dimension);
                _image.Run(input, [count, 3, size, size], batch);
                MakeUnit(batch, Manifest.Image.File);
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(input);
        }
    }

    /// <summary>Encodes one picture; otherwise as <see cref="EncodePictures"/>.</summary>
    /// <returns>A new unit vector.</returns>
    public float[] EncodePicture(RgbPicture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        float[] vector = new float[Dimension];
        EncodePictures([picture], vector);
        return vector;
    }

    /// <summary>Encodes texts. An empty text has a vector too (of its two marks alone), and a long one is cut.</summary>
    /// <param name="texts">Any texts.</param>
    /// <param name="vectors">Takes <c>n × dimension</c> floats, one unit vector after the other in the order given.</param>
    /// <exception cref="ArgumentException"><paramref name="vectors"/> has another length.</exception>
    /// <exception cref="ModelException">The network failed or gave no usable vector.</exception>
    public void EncodeTexts(IReadOnlyList<string> texts, Span<float> vectors)
    {
        ArgumentNullException.ThrowIfNull(texts);
        CheckRoom(texts.Count, vectors);
        using var tokens = new TokenBatch(texts, _tokenizer, Manifest.Text.MaxTokens);
        float[] output = ArrayPool<float>.Shared.Rent(Math.Min(_maxTexts, texts.Count) * Dimension);
        try
        {
            // Texts of like length run together, so that little is padded.
            for (int start = 0; start < texts.Count; start += _maxTexts)
            {
                int count = Math.Min(_maxTexts, texts.Count - start);
                Span<float> batch = output.AsSpan(0, count * Dimension);
                RunTexts(tokens, start, count, batch);
                MakeUnit(batch, Manifest.Text.File);
                for (int i = 0; i < count; i++)
                {
                    batch.Slice(i * Dimension, Dimension).CopyTo(vectors[(tokens.TextAt(start + i) * Dimension)..]);
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(output);
        }
    }

    /// <summary>Encodes one text; otherwise as <see cref="EncodeTexts"/>.</summary>
    /// <returns>A new unit vector.</returns>
    public float[] EncodeText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        float[] vector = new float[Dimension];
        EncodeTexts([text], vector);
        return vector;
    }

    /// <summary>Frees both networks. No call may be under way.</summary>
    public void Dispose()
    {
        _image.Dispose();
        _text.Dispose();
    }

    private static ClipTokenizer OpenTokenizer(ModelManifest manifest)
    {
        TokenizerFiles files = manifest.Text.Tokenizer;
        try
        {
            ClipTokenizer tokenizer = ClipTokenizer.Load(
                manifest.PathOf(files.Vocabulary), manifest.PathOf(files.Merges), files.Start, files.End);
            return manifest.Text.Padding < tokenizer.Vocabulary
                ? tokenizer
                : throw new ModelException(
                    $"'{manifest.PathOf(ModelManifest.FileName)}': $.text.padding is {manifest.Text.Padding}, but '{files.Vocabulary}' "
                    + $"has ids up to {tokenizer.Vocabulary - 1}. Correct it, or install the model again.");
        }
        catch (TokenizerException e)
        {
            throw new ModelException(e.Message, e);
        }
    }

    private void RunTexts(TokenBatch tokens, int start, int count, Span<float> vectors)
    {
        int length = tokens.LongestOf(start, count);
        if (_text.InputType == TensorElementType.Int64)
        {
            long[] ids = ArrayPool<long>.Shared.Rent(count * length);
            tokens.Fill(start, count, length, Manifest.Text.Padding, ids);
            _text.Run(ids, [count, length], vectors);
            ArrayPool<long>.Shared.Return(ids);
        }
        else
        {
            int[] ids = ArrayPool<int>.Shared.Rent(count * length);
            tokens.Fill(start, count, length, Manifest.Text.Padding, ids);
            _text.Run(ids, [count, length], vectors);
            ArrayPool<int>.Shared.Return(ids);
        }
    }

    private void CheckRoom(int count, ReadOnlySpan<float> vectors)
    {
        if (vectors.Length != (long)count * Dimension)
        {
            throw new ArgumentException(
                $"{count} vectors of {Dimension} need room for {(long)count * Dimension} floats, not {vectors.Length}.", nameof(vectors));
        }
    }

    // Most networks end with this division themselves, and then it changes nothing; a vector without a direction is a fault.
    private void MakeUnit(Span<float> vectors, string file)
    {
        for (int at = 0; at < vectors.Length; at += Dimension)
        {
            Span<float> vector = vectors.Slice(at, Dimension);
            float norm = TensorPrimitives.Norm<float>(vector);
            if (!(norm > 1e-12f && float.IsFinite(norm)))
            {
                throw new ModelException(
                    $"'{Manifest.PathOf(file)}' gave a vector of length {norm} for item {at / Dimension} of a batch: it has no direction. "
                    + "The file is damaged or no encoder: install the model again.");
            }

            TensorPrimitives.Divide(vector, norm, vector);
        }
    }
}
