using System.Text.Json;

namespace VisualSearch.Encoders.Models;

/// <summary>Where models are: finds the folder of one that is named, or of one whose vectors are at hand.</summary>
/// <param name="dataFolder">The data folder; installed models are in <c>models/NAME</c> below it.</param>
public sealed class ModelFolders(string dataFolder)
{
    /// <summary>The name of the model that the product comes with.</summary>
    public const string Default = "default";

    private readonly string _installed = Path.Combine(Path.GetFullPath(dataFolder), "models");

    /// <summary>Names of the installed models, in order.</summary>
    public IReadOnlyList<string> Installed => Directory.Exists(_installed)
        ? [.. Directory.EnumerateDirectories(_installed).Where(HasModel).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The folder of a model.</summary>
    /// <param name="model">A folder that has a model.json, <c>default</c>, or the name of an installed model.</param>
    /// <returns>An absolute path.</returns>
    /// <exception cref="ModelException">There is no such model; the message says where it was looked for.</exception>
    public string Resolve(string model)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        if (HasModel(model))
        {
            return Path.GetFullPath(model);
        }

        if (model == Default)
        {
            return DefaultModel.Locate();
        }

        // A name, and nothing that leads out of the folder.
        string installed = Path.Combine(_installed, model);
        if (Path.GetFileName(model) == model && model is not ("." or "..") && HasModel(installed))
        {
            return installed;
        }

        string known = Installed.Count == 0 ? "none is installed" : $"installed are: {string.Join(", ", Installed)}";
        throw new ModelException(
            $"There is no model '{model}': no folder of this name has a model.json, and in '{_installed}' {known}. "
            + "Give a model's folder, the name of an installed model, or 'default'.");
    }

    /// <summary>The folder of the model with this fingerprint: where it was when it was used, the default one, or an installed one.</summary>
    /// <param name="fingerprint">As <see cref="ModelManifest.Fingerprint"/> gives it.</param>
    /// <param name="hint">The folder where it was; empty when unknown.</param>
    /// <returns>An absolute path, or null when none of them has it.</returns>
    public string? Find(string fingerprint, string hint = "")
    {
        ArgumentNullException.ThrowIfNull(fingerprint);
        ArgumentNullException.ThrowIfNull(hint);
        return Candidates(hint).FirstOrDefault(folder => HasModel(folder) && FingerprintOf(folder) == fingerprint);
    }

    /// <summary>What <c>model.json</c> says of a model that pictures are embedded with.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <exception cref="ModelException">The model can't be used, or is one for texts alone.</exception>
    public static ModelManifest LoadForPictures(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string path = Path.Combine(Path.GetFullPath(folder), ModelManifest.FileName);
        if (File.Exists(path) && IsForTextsOnly(path))
        {
            throw new ModelException(
                $"The model in '{folder}' embeds texts only: its model.json has no image network, so it can't embed pictures. "
                + "Choose a model for pictures and texts, such as one of the CLIP family.");
        }

        return ModelManifest.Load(folder);
    }

    private static bool HasModel(string folder) => File.Exists(Path.Combine(folder, ModelManifest.FileName));

    // What is no JSON is left to the manifest's reader, which says where the fault is.
    private static bool IsForTextsOnly(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("text", out _)
                && (!document.RootElement.TryGetProperty("image", out JsonElement image) || image.ValueKind == JsonValueKind.Null);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // A folder whose model.json can't be used does not hold the model that is looked for.
    private static string? FingerprintOf(string folder)
    {
        try
        {
            return ModelManifest.Load(folder).Fingerprint;
        }
        catch (ModelException)
        {
            return null;
        }
    }

    private IEnumerable<string> Candidates(string hint)
    {
        if (hint.Length > 0)
        {
            yield return hint;
        }

        string? own = null;
        try
        {
            own = DefaultModel.Locate();
        }
        catch (ModelException)
        {
            // Not installed, which matters only to those who ask for it.
        }

        if (own is not null)
        {
            yield return own;
        }

        foreach (string name in Installed)
        {
            yield return Path.Combine(_installed, name);
        }
    }
}
