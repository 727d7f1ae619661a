using VisualSearch.Encoders.Media;

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
    private readonly PictureNetwork _pictures;
    private readonly TextNetwork _texts;
    private readonly Lazy<PictureNetwork> _patches;

    private DualEncoder(ModelManifest manifest, PictureNetwork pictures, TextNetwork texts, EncoderOptions options)
    {
        Manifest = manifest;
        _pictures = pictures;
        _texts = texts;
        // A second session of the same file, as few programs ask for it.
        _patches = new Lazy<PictureNetwork>(() => PictureNetwork.OpenForPatches(manifest, options));
    }

    /// <summary>What the model's <c>model.json</c> says.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Length of every vector.</summary>
    public int Dimension => Manifest.Dimension;

    /// <summary>Threads that share one call for texts: as many calls at once as there are cores for each use the whole machine.</summary>
    public int TextThreads => _texts.Threads;

    /// <summary>Threads that share one call for pictures.</summary>
    public int PictureThreads => _pictures.Threads;

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
        _ = manifest.Pictures;
        if (options.VerifyDigests)
        {
            manifest.VerifyFiles();
        }

        PictureNetwork pictures = PictureNetwork.Open(manifest, options);
        try
        {
            return new DualEncoder(manifest, pictures, TextNetwork.Open(manifest, options), options);
        }
        catch
        {
            pictures.Dispose();
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
        UnitVectors.CheckRoom(pictures.Count, Dimension, vectors);
        _pictures.Encode(pictures, vectors);
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

    /// <summary>Encodes the parts of pictures: one vector a patch.</summary>
    /// <param name="pictures">
    /// Squares of one size, as <see cref="PictureReader"/> gives for <see cref="ModelManifest.RegionFit"/>, or for <see cref="ModelManifest.Fit"/>: a
    /// part of a picture has patches of the same scale there as the picture has at twice that size.
    /// </param>
    /// <returns>A grid for each picture, in the order given.</returns>
    /// <exception cref="ArgumentException">A picture has another size than the first, or one that the model's patches do not divide.</exception>
    /// <exception cref="ModelException">The model has no patch vectors, or the network failed.</exception>
    public PatchGrid[] EncodePatches(IReadOnlyList<RgbPicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        int patch = Manifest.RegionPatches.Patch;
        if (pictures.Count == 0)
        {
            return [];
        }

        if (pictures[0].Width % patch != 0)
        {
            throw new ArgumentException($"A picture has {pictures[0].Width} x {pictures[0].Height} pixels, which patches of {patch} do not divide.", nameof(pictures));
        }

        var tiles = new PatchTiles(pictures[0].Width, Manifest.Pictures.Size, patch);
        return tiles.Fit ? EncodeTiled(pictures, tiles, patch) : EncodeWhole(pictures, patch);
    }

    private PatchGrid[] EncodeWhole(IReadOnlyList<RgbPicture> pictures, int patch)
    {
        int side = pictures[0].Width / patch, each = side * side * Dimension;
        float[] vectors = new float[pictures.Count * each];
        _patches.Value.Run(pictures, vectors);
        return [.. Enumerable.Range(0, pictures.Count).Select(i => new PatchGrid(side, side, Dimension, vectors[(i * each)..((i + 1) * each)]))];
    }

    private PatchGrid[] EncodeTiled(IReadOnlyList<RgbPicture> pictures, PatchTiles tiles, int patch)
    {
        int side = pictures[0].Width / patch, inTile = Manifest.Pictures.Size / patch, each = tiles.Count * inTile * inTile * Dimension;
        if (pictures.FirstOrDefault(picture => picture.Width != pictures[0].Width || picture.Height != pictures[0].Width) is { } other)
        {
            throw new ArgumentException($"A picture has {other.Width} x {other.Height} pixels, and the first {pictures[0].Width} x {pictures[0].Width}; patches are made of squares of one size.", nameof(pictures));
        }

        float[] squares = new float[pictures.Count * each];
        _patches.Value.Run([.. pictures.SelectMany(tiles.Cut)], squares);
        return [.. Enumerable.Range(0, pictures.Count).Select(i =>
        {
            float[] grid = new float[side * side * Dimension];
            tiles.Join(squares.AsSpan(i * each, each), grid, Dimension);
            return new PatchGrid(side, side, Dimension, grid);
        })];
    }

    /// <summary>Encodes texts, as queries where the model tells them from passages. An empty text has a vector too, and a long one is cut.</summary>
    /// <param name="texts">Any texts.</param>
    /// <param name="vectors">Takes <c>n × dimension</c> floats, one unit vector after the other in the order given.</param>
    /// <exception cref="ArgumentException"><paramref name="vectors"/> has another length.</exception>
    /// <exception cref="ModelException">The network failed or gave no usable vector.</exception>
    public void EncodeTexts(IReadOnlyList<string> texts, Span<float> vectors)
    {
        ArgumentNullException.ThrowIfNull(texts);
        UnitVectors.CheckRoom(texts.Count, Dimension, vectors);
        _texts.Encode(texts, TextRole.Query, vectors);
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

    /// <summary>How many tokens of a text the network reads, marks included: 1 to the most that the model takes.</summary>
    /// <param name="text">Any text.</param>
    public int CountTokens(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return _texts.CountTokens(text, TextRole.Query);
    }

    /// <summary>Frees both networks. No call may be under way.</summary>
    public void Dispose()
    {
        _pictures.Dispose();
        _texts.Dispose();
        if (_patches.IsValueCreated)
        {
            _patches.Value.Dispose();
        }
    }
}
