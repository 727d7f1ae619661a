namespace VisualSearch.Indexer.Scan;

/// <summary>A picture file as the file system lists it; nothing of its content has been read.</summary>
/// <param name="Path">Absolute path.</param>
/// <param name="Root">The given path it was found under; for a single given file, its folder.</param>
/// <param name="SizeBytes">Length in bytes.</param>
/// <param name="ModifiedTicks">Last write time, UTC ticks.</param>
public readonly record struct ScannedFile(string Path, string Root, long SizeBytes, long ModifiedTicks)
{
    /// <summary>Path below <see cref="Root"/>, with forward slashes on every system.</summary>
    public string RelativePath => System.IO.Path.GetRelativePath(Root, Path).Replace('\\', '/');
}
