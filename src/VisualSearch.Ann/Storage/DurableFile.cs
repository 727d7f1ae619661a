using System.Runtime.InteropServices;

namespace VisualSearch.Ann.Storage;

/// <summary>Replaces a file so that, whenever the machine stops, the old content or the new one is there, whole.</summary>
public static partial class DurableFile
{
    /// <summary>Writes beside the file, flushes to the disk, renames over it, and flushes the folder that holds the name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes the new content.</param>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written to; the old file is as it was.</exception>
    public static void Replace(string path, Action<FileStream> write)
    {
        string full = Path.GetFullPath(path);
        string temporary = full + ".tmp";

        // Outside the try: a file that another process is writing must not be deleted here.
        var stream = new FileStream(temporary, FileMode.Create, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FlushFolder(Path.GetDirectoryName(full)!);
    }

    /// <summary>Makes a rename in a folder durable. On Windows it is so without this.</summary>
    /// <param name="folder">The folder that holds the name.</param>
    /// <exception cref="IOException">It cannot be opened or flushed.</exception>
    /// <remarks>.NET opens no folders.</remarks>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        const int ReadOnly = 0;
        const int InvalidArgument = 22;
        int handle = Open(folder, ReadOnly);
        if (handle < 0)
            throw new IOException($"Cannot open folder '{folder}' to flush it to the disk (errno {Marshal.GetLastPInvokeError()}).");
        try
        {
            // EINVAL: a file system, such as some network ones, that has no such thing as flushing a folder.
            if (Flush(handle) != 0 && Marshal.GetLastPInvokeError() is int error and not InvalidArgument)
                throw new IOException($"Cannot flush folder '{folder}' to the disk (errno {error}).");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
