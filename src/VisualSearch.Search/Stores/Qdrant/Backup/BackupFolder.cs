namespace VisualSearch.Search.Stores.Qdrant.Backup;

/// <summary>The folder of a backup: it is filled under another name beside its own, which it gets in the end. So what has the name is whole.</summary>
/// <param name="path">What it is to be called.</param>
internal sealed class BackupFolder(string path)
{
    /// <summary>Its own name.</summary>
    public string Path { get; } = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));

    /// <summary>Where it is filled.</summary>
    public string Unfinished => Path + ".unfinished";

    /// <summary>Begins: what an attempt that broke off left is deleted.</summary>
    /// <param name="before">Told of what such an attempt left, before it is deleted.</param>
    /// <exception cref="BackupException">There is something that is no backup of ours, or a whole one.</exception>
    public void Begin(Action before)
    {
        if (File.Exists(Path) || (Directory.Exists(Path) && Directory.EnumerateFileSystemEntries(Path).Any()))
            throw new BackupException($"'{Path}' is there already. Name a folder that is new or empty; each backup has one of its own.");
        if (Directory.Exists(Unfinished))
        {
            if (Directory.EnumerateFileSystemEntries(Unfinished).FirstOrDefault(static entry => !IsOurs(entry)) is { } foreign)
                throw new BackupException($"'{Unfinished}' is where the backup is to be filled, and has '{System.IO.Path.GetFileName(foreign)}', which is of no backup. Move it away.");
            before();
            Directory.Delete(Unfinished, recursive: true);
        }

        Directory.CreateDirectory(Unfinished);
    }

    /// <summary>Gives it its name.</summary>
    public void Finish()
    {
        File.Delete(System.IO.Path.Combine(Unfinished, ServerSnapshots.FileName));
        if (Directory.Exists(Path))
            Directory.Delete(Path);
        Directory.Move(Unfinished, Path);
    }

    /// <summary>Deletes what was filled so far.</summary>
    public void GiveUp() => Directory.Delete(Unfinished, recursive: true);

    private static bool IsOurs(string entry) =>
        File.Exists(entry) && (System.IO.Path.GetExtension(entry) == ".snapshot" || System.IO.Path.GetFileName(entry) is BackupManifest.FileName or ServerSnapshots.FileName);
}
