using System.Security.Cryptography;
using System.Text;
using VisualSearch.Encoders.Media;

namespace VisualSearch.Encoders.Models;

/// <summary>
/// What <c>model.json</c> says: all that is needed to use a model folder. Every value has been checked when one of these exists;
/// the files it names have not (<see cref="VerifyFiles"/>).
/// </summary>
public sealed record ModelManifest
{
    /// <summary>The file's name in a model folder.</summary>
    public const string FileName = "model.json";

    /// <summary>The folder it was read from, absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>Short name, such as <c>default</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Version of this model; two different trainings never share one.</summary>
    public required string Version { get; init; }

    /// <summary>Length of every vector, 2 to 8192.</summary>
    public required int Dimension { get; init; }

    /// <summary>Under which licence the weights may be used, as an SPDX identifier.</summary>
    public required string Licence { get; init; }

    /// <summary>Where the weights come from.</summary>
    public required string Source { get; init; }

    /// <summary>File name → SHA-256 in lower-case hexadecimal; holds at least every file that the towers name.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    /// <summary>The network for pictures; null in a model for texts only, such as a sentence encoder.</summary>
    public required ImageTower? Image { get; init; }

    /// <summary>The network for texts.</summary>
    public required TextTower Text { get; init; }

    /// <summary>How a picture must be made ready: what <see cref="PictureReader"/> is asked for.</summary>
    /// <exception cref="ModelException">The model is for texts only.</exception>
    public PictureFit Fit => new(Pictures.Size, Pictures.Resize, Pictures.Quality, Pictures.Kernel);

    /// <summary>How a picture must be made ready for <see cref="DualEncoder.EncodePatches"/>.</summary>
    /// <exception cref="ModelException">The model has no patch vectors.</exception>
    public PictureFit RegionFit => Fit with { Size = RegionPatches.Size };

    /// <summary>
    /// Tells models apart: <c>name@version+digest</c>, the digest over all that vectors depend on (weights, vocabulary, preprocessing).
    /// A collection keeps it and refuses vectors of another. A change of licence, source or layout of the file leaves it as it is.
    /// </summary>
    public string Fingerprint => $"{Name}@{Version}+{Digest()}";

    /// <summary>Reads and checks <c>model.json</c> of a folder.</summary>
    /// <exception cref="ModelException">Absent, no JSON, or a value missing or out of range; the message names its JSON path.</exception>
    public static ModelManifest Load(string folder) => ManifestReader.Read(folder);

    /// <summary>As <see cref="Load"/>, for a model that pictures are to be embedded with.</summary>
    /// <exception cref="ModelException">As there, or the model is for texts only.</exception>
    public static ModelManifest LoadForPictures(string folder)
    {
        ModelManifest manifest = Load(folder);
        _ = manifest.Pictures;
        return manifest;
    }

    /// <summary>Compares every file's SHA-256 with the manifest's.</summary>
    /// <exception cref="ModelException">A file is absent, unreadable or another; the message names it and both digests.</exception>
    public void VerifyFiles()
    {
        foreach ((string file, string expected) in Files)
        {
            string path = PathOf(file);
            string found;
            try
            {
                using FileStream stream = File.OpenRead(path);
                found = Convert.ToHexStringLower(SHA256.HashData(stream));
            }
            catch (FileNotFoundException e)
            {
                throw new ModelException($"'{path}' is missing, but model.json names it. Install the model again.", e);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ModelException($"'{path}' cannot be read: {e.Message} Check its permissions and the disk.", e);
            }

            if (found != expected)
            {
                throw new ModelException(
                    $"'{path}' is not the file that model.json describes: SHA-256 expected {expected}, found {found}. "
                    + "It is damaged or was replaced: install the model again, or, if you changed it, write its new digest into model.json.");
            }
        }
    }

    /// <summary>The network for pictures.</summary>
    /// <exception cref="ModelException">The model has none.</exception>
    internal ImageTower Pictures => Image ?? throw new ModelException(
        $"The model '{Name}' in '{Folder}' is for texts only: its model.json has no $.image. Choose one for pictures too, such as the "
        + "default model or one that 'vsearch models list' shows for them.");

    /// <summary>Whether the model gives vectors of parts of pictures.</summary>
    public bool HasParts => Image?.Regions is not null;

    /// <summary>How vectors of patches are had.</summary>
    /// <exception cref="ModelException">The model has none.</exception>
    internal RegionPatches RegionPatches => Pictures.Regions ?? throw new ModelException(
        $"The model '{Name}' has no patch vectors to search parts of pictures by: its model.json has no $.image.regionSize. The default model has them.");

    /// <summary>Names of the files that vectors depend on, in the order of the fingerprint.</summary>
    internal IEnumerable<string> UsedFiles => Image is null ? [Text.File, .. Text.Tokenizer.Files] : [Image.File, Text.File, .. Text.Tokenizer.Files];

    /// <summary>Whether a text is the plain name of a file: no path, nothing that leads out of a folder.</summary>
    internal static bool IsFileName(string name)
        => name is not ("" or "." or "..") && name.AsSpan().IndexOfAny('/', '\\', ':') < 0 && !name.Contains('\0');

    /// <summary>Where a file of the model lies.</summary>
    internal string PathOf(string file) => Path.Combine(Folder, file);

    private string Digest()
    {
        var text = new StringBuilder();
        text.Append(Dimension).Append('\n').Append(Image?.Canonical).Append('\n').Append(Text.Canonical);
        foreach (string file in UsedFiles)
        {
            text.Append('\n').Append(Files[file]);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..12];
    }
}
