using System.Diagnostics;
using System.Globalization;

namespace VisualSearch.Search.Stores;

/// <summary>
/// The right to change a collection: an exclusive lock on a file, which the operating system lets go when the process ends,
/// however it ends. Who holds it stands in a second file, because the locked one can't be read.
/// </summary>
internal sealed class WriterLock : IDisposable
{
    private const string LockFile = "writer.lock";
    private const string HolderFile = "writer.txt";

    private readonly FileStream stream;

    private WriterLock(FileStream stream) => this.stream = stream;

    /// <summary>Takes the lock of a collection's folder.</summary>
    /// <exception cref="WriterBusyException">Another process, or another store of this one, has it.</exception>
    public static WriterLock Take(string folder)
    {
        if (TryTake(folder) is WriterLock taken)
            return taken;
        string holderPath = Path.Combine(folder, HolderFile);
        string holder = File.Exists(holderPath) ? File.ReadAllText(holderPath).Trim() : "";
        throw new WriterBusyException(Path.GetFileName(folder), holder.Length > 0 ? holder : "another process");
    }

    /// <summary>Takes the lock if nobody has it.</summary>
    public static WriterLock? TryTake(string folder)
    {
        FileStream stream;
        try
        {
            stream = new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held) when (held is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
        try
        {
            using var process = Process.GetCurrentProcess();
            File.WriteAllText(
                Path.Combine(folder, HolderFile),
                string.Create(CultureInfo.InvariantCulture, $"{process.ProcessName}, process {process.Id}, since {DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'}\n"));
            return new WriterLock(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void Dispose() => stream.Dispose();
}
