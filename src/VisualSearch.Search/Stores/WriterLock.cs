using System.Diagnostics;
using System.Globalization;

namespace VisualSearch.Search.Stores;

/// <summary>
/// The right to change a collection: an exclusive lock on a file, which the operating system lets go when the process ends,
/// however it ends. Who holds it stands in a second file, because the locked one can't be read.
/// </summary>
internal sealed class WriterLock : IDisposable
{
    /// <summary>What a reader takes the lock for, for moments: a writer waits for that instead of giving up.</summary>
    public const string Saving = "to save the vector index";

    /// <summary>What the end of a re-embedding takes the lock for, for moments too.</summary>
    public const string Switching = "to switch to another generation";

    // A million vectors of 512 are 2 GB: half a minute on a slow disk.
    private static readonly TimeSpan WaitForMoments = TimeSpan.FromMinutes(1);

    // Who has just taken the lock has not said yet who and what for: until then the note is empty, or of the one before.
    private static readonly TimeSpan WaitForNote = TimeSpan.FromMilliseconds(250);

    private readonly FileStream stream;

    private WriterLock(FileStream stream) => this.stream = stream;

    /// <summary>Takes the lock of a collection's folder.</summary>
    /// <exception cref="WriterBusyException">Another process, or another store of this one, has it.</exception>
    public static WriterLock Take(string folder, string purpose = "")
    {
        var waited = Stopwatch.StartNew();
        while (true)
        {
            if (TryTake(folder, purpose) is WriterLock taken)
                return taken;
            string holder = Holder(folder);
            bool ofMoments = holder.EndsWith(Saving, StringComparison.Ordinal) || holder.EndsWith(Switching, StringComparison.Ordinal);
            if (waited.Elapsed > (ofMoments ? WaitForMoments : WaitForNote))
                throw new WriterBusyException(Path.GetFileName(folder), holder);
            Thread.Sleep(20);
        }
    }

    /// <summary>
    /// Takes the right to build, roll back or drop generations: another lock than the writer's, since pictures may come and go meanwhile.
    /// </summary>
    /// <exception cref="WriterBusyException">Another process has it.</exception>
    public static WriterLock TakeForGenerations(string folder) =>
        TryTake(folder, "to work on its generations", "reembed") ?? throw new WriterBusyException(Path.GetFileName(folder), Holder(folder, "reembed"));

    /// <summary>Takes the lock if nobody has it.</summary>
    public static WriterLock? TryTake(string folder, string purpose = "", string name = "writer")
    {
        FileStream stream;
        try
        {
            stream = new FileStream(Path.Combine(folder, $"{name}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held) when (held is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            return null;
        }
        try
        {
            using var process = Process.GetCurrentProcess();
            File.WriteAllText(
                Path.Combine(folder, $"{name}.txt"),
                string.Create(CultureInfo.InvariantCulture, $"{process.ProcessName}, process {process.Id}, since {DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'} {purpose}\n"));
            return new WriterLock(stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    public void Dispose() => stream.Dispose();

    /// <summary>Who has the lock, or had it last.</summary>
    public static string Holder(string folder, string name = "writer")
    {
        string path = Path.Combine(folder, $"{name}.txt");
        string holder = File.Exists(path) ? File.ReadAllText(path).Trim() : "";
        return holder.Length > 0 ? holder : "another process";
    }
}
