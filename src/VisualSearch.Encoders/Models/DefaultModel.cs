namespace VisualSearch.Encoders.Models;

/// <summary>Finds the model that the product comes with.</summary>
public static class DefaultModel
{
    /// <summary>Environment variable that names another model's folder.</summary>
    public const string Variable = "VSEARCH_MODEL";

    /// <summary>
    /// The folder that VSEARCH_MODEL names, else <c>models/default</c> beside the program, else in the nearest folder above the
    /// program or above the working directory that has one.
    /// </summary>
    /// <returns>An absolute path that holds a <c>model.json</c>.</returns>
    /// <exception cref="ModelException">There is none; the message names the places looked at.</exception>
    public static string Locate()
        => Locate(Environment.GetEnvironmentVariable(Variable), AppContext.BaseDirectory, Environment.CurrentDirectory);

    internal static string Locate(string? named, string programFolder, string workingFolder)
    {
        if (!string.IsNullOrEmpty(named))
        {
            return HasModel(named)
                ? Path.GetFullPath(named)
                : throw new ModelException(
                    $"{Variable} names '{named}', which has no model.json. Name a model's folder, or unset it to use the default model.");
        }

        foreach (string start in (string[])[programFolder, workingFolder])
        {
            for (string? folder = Path.GetFullPath(start); folder is not null; folder = Path.GetDirectoryName(folder))
            {
                string candidate = Path.Combine(folder, "models", "default");
                if (HasModel(candidate))
                {
                    return candidate;
                }
            }
        }

        throw new ModelException(
            $"The default model is not installed: no models/default/model.json in or above '{programFolder}' or '{workingFolder}'. "
            + $"Run from a complete checkout or installation, or set {Variable} to a model's folder.");
    }

    private static bool HasModel(string folder) => File.Exists(Path.Combine(folder, ModelManifest.FileName));
}
