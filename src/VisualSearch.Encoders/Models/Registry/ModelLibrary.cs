using System.Text.RegularExpressions;

namespace VisualSearch.Encoders.Models.Registry;

/// <summary>The models of one data folder, each in <c>models/NAME/</c>, and which of them new collections are made with.</summary>
/// <param name="dataFolder">The data folder, such as <c>~/.visualsearch</c>; need not exist yet.</param>
public sealed partial class ModelLibrary(string dataFolder)
{
    /// <summary>Name of the model that the program comes with; it lies elsewhere (<see cref="DefaultModel"/>).</summary>
    public const string Default = "default";

    // Holds the name of the model in use. No model's name begins with a dot.
    private const string ChoiceFile = ".use";

    /// <summary>The folder that holds the models, absolute.</summary>
    public string Folder { get; } = Path.Combine(Path.GetFullPath(dataFolder), "models");

    /// <summary>Whether a text can name a model: 1 to 64 of a-z, 0-9, '.', '-', '_', beginning with a letter or digit.</summary>
    public static bool IsValidName(string? name) => name is not null && NamePattern().IsMatch(name);

    /// <summary>The folder of an installed model, whether it exists or not.</summary>
    /// <exception cref="ModelException">It is no valid name.</exception>
    public string FolderOf(string name) => IsValidName(name)
        ? Path.Combine(Folder, name)
        : throw new ModelException($"'{name}' is no name of a model. Names have a-z, 0-9, '.', '-' and '_': see 'vsearch models list'.");

    /// <summary>Whether a model is installed; it is so as a whole or not at all.</summary>
    public bool IsInstalled(string name) => File.Exists(Path.Combine(FolderOf(name), ModelManifest.FileName));

    /// <summary>Names of the installed models, sorted.</summary>
    public IReadOnlyList<string> Installed() => Directory.Exists(Folder)
        ? [.. Directory.EnumerateDirectories(Folder).Select(f => Path.GetFileName(f)).Where(n => IsValidName(n) && IsInstalled(n)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The model that this data folder was told to use; null where it was told nothing, and the default model serves.</summary>
    public string? Chosen()
    {
        string path = Path.Combine(Folder, ChoiceFile);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }

    /// <summary>Makes a model the one that this data folder uses for new collections.</summary>
    /// <param name="name">An installed model for pictures, or <see cref="Default"/>.</param>
    /// <returns>What it says of itself.</returns>
    /// <exception cref="ModelException">It is not installed, or for texts only.</exception>
    public ModelManifest Use(string name)
    {
        ModelManifest manifest = ModelManifest.LoadForPictures(Locate(name));
        string path = Path.Combine(Folder, ChoiceFile);
        if (name == Default)
        {
            if (File.Exists(path))
            {
                File.Delete(path);
            }

            return manifest;
        }

        string written = path + ".new";
        File.WriteAllText(written, name + "\n");
        File.Move(written, path, overwrite: true);
        return manifest;
    }

    /// <summary>The folder of a model by its name.</summary>
    /// <param name="name">An installed model, or <see cref="Default"/>.</param>
    /// <exception cref="ModelException">It is not installed.</exception>
    public string Locate(string name) => name == Default
        ? DefaultModel.Locate(null, AppContext.BaseDirectory, Environment.CurrentDirectory)
        : IsInstalled(name)
            ? FolderOf(name)
            : throw new ModelException(
                $"The model '{name}' is not installed in '{Folder}'. Install it with 'vsearch models pull {name}', or see 'vsearch models list'.");

    /// <summary>
    /// The folder of the model to work with: the one that VSEARCH_MODEL names, else the one chosen with <see cref="Use"/>, else the default.
    /// </summary>
    /// <exception cref="ModelException">It is not there; the message says what to do.</exception>
    public string LocateInUse() => Environment.GetEnvironmentVariable(DefaultModel.Variable) is { Length: > 0 }
        ? DefaultModel.Locate()
        : Locate(Chosen() ?? Default);

    /// <summary>The folder of a model that somebody named: a folder that has a model.json, or a name as <see cref="Locate"/> takes it.</summary>
    /// <returns>An absolute path.</returns>
    /// <exception cref="ModelException">There is no such model; the message says where it was looked for.</exception>
    public string Resolve(string model)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        if (HasModel(model))
        {
            return Path.GetFullPath(model);
        }

        return IsValidName(model)
            ? Locate(model)
            : throw new ModelException($"There is no model '{model}': no folder of this name has a model.json, and no installed model can be called so.");
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

    private static bool HasModel(string folder) => File.Exists(Path.Combine(folder, ModelManifest.FileName));

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

        foreach (string name in Installed())
        {
            yield return FolderOf(name);
        }
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9._-]{0,63}$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
