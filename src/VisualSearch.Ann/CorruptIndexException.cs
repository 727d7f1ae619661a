namespace VisualSearch.Ann;

/// <summary>An index file is damaged, cut short, or of a format that this program does not read. Nothing of it was used.</summary>
public sealed class CorruptIndexException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="found">What was expected and what was found instead.</param>
    /// <param name="remedy">What to do about it.</param>
    public CorruptIndexException(string path, string found, string remedy = DefaultRemedy)
        : base($"Index file '{path}' cannot be used: {found} {remedy}") => Path = path;

    /// <summary>The file that was refused.</summary>
    public string Path { get; }

    internal const string DefaultRemedy = "Restore the file from a copy, or delete it and build the index again.";
}
