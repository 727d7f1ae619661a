using VisualSearch.Encoders.Media;

namespace VisualSearch.Encoders.Models.Registry;

/// <summary>A model as the golden checks ask it: texts with and without a prefix, pictures drawn and from a file.</summary>
internal sealed class GoldenModel : IDisposable
{
    private readonly TextNetwork _texts;
    private readonly PictureNetwork? _pictures;

    public GoldenModel(string folder)
    {
        Manifest = ModelManifest.Load(folder);
        var options = new EncoderOptions { VerifyDigests = false };
        _texts = TextNetwork.Open(Manifest, options);
        try
        {
            _pictures = Manifest.Image is null ? null : PictureNetwork.Open(Manifest, options);
        }
        catch
        {
            _texts.Dispose();
            throw;
        }
    }

    public ModelManifest Manifest { get; }

    public bool HasPictures => _pictures is not null;

    public int[] Ids(string text) => _texts.Tokenizer.Encode(text, Manifest.Text.MaxTokens);

    /// <summary>The vector of a text; of the bare text where it has no role.</summary>
    public float[] Text(string text, TextRole? role)
    {
        float[] vector = new float[Manifest.Dimension];
        _texts.Encode([text], role, vector);
        return vector;
    }

    /// <summary>The vector of a drawn picture; null where no formula has that name.</summary>
    public float[] Drawn(string name) => Picture(GoldenPictures.Draw(name, Manifest.Pictures.Size)
        ?? throw new ModelException($"{GoldenFile.Name} has a picture '{name}', which this version cannot draw. Use the version that the model came with."));

    /// <summary>The vector of the picture in a file, decoded and resized as any other.</summary>
    public float[] Stored() => Picture(new PictureReader().Read(GoldenPictures.Stored(), Manifest.Fit));

    /// <inheritdoc/>
    public void Dispose()
    {
        _texts.Dispose();
        _pictures?.Dispose();
    }

    private float[] Picture(RgbPicture picture)
    {
        float[] vector = new float[Manifest.Dimension];
        _pictures!.Encode([picture], vector);
        return vector;
    }
}
