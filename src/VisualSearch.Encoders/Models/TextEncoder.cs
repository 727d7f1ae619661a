using VisualSearch.Encoders.Tokenizers;

namespace VisualSearch.Encoders.Models;

/// <summary>
/// Turns texts into unit vectors: a sentence encoder (Reimers and Gurevych, "Sentence-BERT", 2019), or the text tower of a model for
/// both, run by ONNX Runtime. Queries and passages are told apart, since some models want to know which a text is.
/// </summary>
/// <remarks>All members may be called from many threads at once.</remarks>
public sealed class TextEncoder : IDisposable
{
    private readonly TextNetwork _texts;

    private TextEncoder(ModelManifest manifest, TextNetwork texts)
    {
        Manifest = manifest;
        _texts = texts;
    }

    /// <summary>What the model's <c>model.json</c> says.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Length of every vector.</summary>
    public int Dimension => Manifest.Dimension;

    /// <summary>How texts become token ids, for those who count or show them. A prefix is no part of it.</summary>
    public ITokenizer Tokenizer => _texts.Tokenizer;

    /// <summary>Opens a model folder: checks its files, loads tokenizer and text network.</summary>
    /// <param name="folder">Holds <c>model.json</c>.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ModelException">The model can't be used; the message says why and what to do.</exception>
    public static TextEncoder Open(string folder, EncoderOptions? options = null)
    {
        options ??= new EncoderOptions();
        ModelManifest manifest = ModelManifest.Load(folder);
        if (options.VerifyDigests)
        {
            manifest.VerifyFiles();
        }

        return new TextEncoder(manifest, TextNetwork.Open(manifest, options));
    }

    /// <summary>Encodes texts. An empty text has a vector too, and a long one is cut.</summary>
    /// <param name="texts">Any texts.</param>
    /// <param name="role">What they are; all the same to a model without prefixes.</param>
    /// <param name="vectors">Takes <c>n × dimension</c> floats, one unit vector after the other in the order given.</param>
    /// <exception cref="ArgumentException"><paramref name="vectors"/> has another length.</exception>
    /// <exception cref="ModelException">The network failed or gave no usable vector.</exception>
    public void Encode(IReadOnlyList<string> texts, TextRole role, Span<float> vectors)
    {
        ArgumentNullException.ThrowIfNull(texts);
        UnitVectors.CheckRoom(texts.Count, Dimension, vectors);
        _texts.Encode(texts, role, vectors);
    }

    /// <summary>Encodes one text; otherwise as <see cref="Encode(IReadOnlyList{string}, TextRole, Span{float})"/>.</summary>
    /// <returns>A new unit vector.</returns>
    public float[] Encode(string text, TextRole role)
    {
        ArgumentNullException.ThrowIfNull(text);
        float[] vector = new float[Dimension];
        Encode([text], role, vector);
        return vector;
    }

    /// <summary>Frees the network. No call may be under way.</summary>
    public void Dispose() => _texts.Dispose();
}
