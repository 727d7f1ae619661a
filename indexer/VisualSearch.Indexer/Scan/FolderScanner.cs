using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;

namespace VisualSearch.Indexer.Scan;

/// <summary>
/// Walks the given paths and lists picture and video files, folder by folder in name order, so that two runs see the same sequence.
/// Hidden files and folders (a leading dot) are passed over. Links are not followed: a link can lead outside the given
/// paths, or in a circle.
/// </summary>
/// <param name="onFailure">Told of every folder that can't be listed.</param>
public sealed class FolderScanner(Action<IndexFailure> onFailure)
{
    /// <summary>Folders that could not be listed; nothing below them may be taken for removed.</summary>
    public IReadOnlyCollection<string> UnreadableFolders => _unreadable;

    private readonly List<string> _unreadable = [];

    /// <summary>All picture and video files under the paths, each once.</summary>
    /// <param name="paths">Files or folders, relative to the working folder or absolute.</param>
    /// <exception cref="IndexException">A path does not exist.</exception>
    public IEnumerable<ScannedFile> Scan(IReadOnlyList<string> paths)
    {
        var roots = Resolve(paths);
        var seen = roots.Count > 1 ? new HashSet<string>(StringComparer.Ordinal) : null;
        foreach (var root in roots)
        {
            IEnumerable<ScannedFile> files = root is FileInfo file
                ? [new ScannedFile(file.FullName, file.DirectoryName!, file.Length, file.LastWriteTimeUtc.Ticks)]
                : Walk((DirectoryInfo)root, root.FullName);
            foreach (var found in files)
            {
                if (seen is null || seen.Add(found.Path)) yield return found;
            }
        }
    }

    /// <summary>The given paths as existing files and folders, absolute and without a trailing separator.</summary>
    /// <exception cref="IndexException">A path does not exist.</exception>
    public static IReadOnlyList<FileSystemInfo> Resolve(IReadOnlyList<string> paths)
    {
        var roots = new List<FileSystemInfo>(paths.Count);
        foreach (var path in paths)
        {
            var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
            if (Directory.Exists(full)) roots.Add(new DirectoryInfo(full));
            else if (File.Exists(full)) roots.Add(new FileInfo(full));
            else throw new IndexException($"There is no file or folder '{path}'. Nothing was changed; check the path and run again.");
        }

        return roots;
    }

    private IEnumerable<ScannedFile> Walk(DirectoryInfo folder, string root)
    {
        FileSystemInfo[] entries;
        try
        {
            entries = folder.GetFileSystemInfos();
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            _unreadable.Add(folder.FullName);
            onFailure(new IndexFailure(folder.FullName, $"the folder can't be listed: {error.Message} What it holds keeps its place in the index.", IndexFailureSubject.Folder));
            yield break;
        }

        Array.Sort(entries, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        foreach (var entry in entries)
        {
            if (entry.Name.StartsWith('.') || entry.LinkTarget is not null) continue;
            if (entry is DirectoryInfo child)
            {
                foreach (var found in Walk(child, root)) yield return found;
            }
            else if (entry is FileInfo file && (PictureReader.IsPictureFile(file.Name) || VideoProbe.HasVideoExtension(file.Name)))
            {
                yield return new ScannedFile(file.FullName, root, file.Length, file.LastWriteTimeUtc.Ticks);
            }
        }
    }
}
