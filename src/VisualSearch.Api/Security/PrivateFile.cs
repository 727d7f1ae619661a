using System.Diagnostics;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Api.Security;

/// <summary>Files that only their owner may read, replaced as a whole, and locked against a second writer.</summary>
internal static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Options to open such a file with; one that is made gets mode 600.</summary>
    public static FileStreamOptions Options(FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode is not FileMode.Open) options.UnixCreateMode = OwnerOnly;
        return options;
    }

    /// <summary>
    /// Takes an exclusive lock on a file, which the operating system lets go when the process ends, however it ends.
    /// </summary>
    /// <param name="path">The file to lock: one of its own, since the locked one can't be read or replaced.</param>
    /// <param name="patience">How long to wait for another holder.</param>
    /// <exception cref="IOException">Another holder kept it for longer.</exception>
    public static FileStream Lock(string path, TimeSpan patience)
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, Options(FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException held) when (held is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException) && waited.Elapsed < patience)
            {
                Thread.Sleep(5);
            }
        }
    }

    /// <summary>
    /// Writes beside the file, flushes to the disk, renames over it, and flushes the folder that holds the name: after a power cut the old
    /// content or the new one is there, whole, and after the return the new one. The caller holds a lock.
    /// </summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var written = path + ".new";
        // Of a writer that was killed: whatever mode it has would stay.
        File.Delete(written);
        using (var stream = new FileStream(written, Options(FileMode.CreateNew, FileAccess.Write, FileShare.None)))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(written, path, overwrite: true);
        // A revoked key that comes back with a power cut would not be revoked.
        DurableFile.FlushFolder(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }
}
