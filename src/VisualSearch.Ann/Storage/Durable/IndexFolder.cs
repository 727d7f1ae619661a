using System.Globalization;
using System.Runtime.InteropServices;

namespace VisualSearch.Ann.Storage.Durable;

/// <summary>The folder: names of its files, the lock that keeps a second process out, and what a crash left behind.</summary>
internal sealed class IndexFolder : IDisposable
{
    private const string LockName = "LOCK";
    private const string Damaged = ".damaged";
    private const int TagBytes = 24;

    private readonly FileStream? _lock;

    private IndexFolder(string path, FileStream? held) => (Path, _lock) = (path, held);

    public string Path { get; }

    public bool HasManifest => File.Exists(System.IO.Path.Combine(Path, Manifest.FileName));

    /// <summary>Locks the folder. The operating system unlocks it when the process ends, however it ends.</summary>
    /// <param name="path">An existing folder.</param>
    /// <param name="create">False to change nothing: where no lock file is, nobody has ever had the folder open.</param>
    /// <exception cref="IOException">Somebody has it open, or it is not there.</exception>
    public static IndexFolder Lock(string path, bool create)
    {
        path = System.IO.Path.GetFullPath(path);
        string file = System.IO.Path.Combine(path, LockName);
        if (!create && Directory.Exists(path) && !File.Exists(file))
            return new IndexFolder(path, null);
        try
        {
            return new IndexFolder(path, new FileStream(file, create ? FileMode.OpenOrCreate : FileMode.Open, create ? FileAccess.ReadWrite : FileAccess.Read, FileShare.None));
        }
        catch (IOException held) when (held is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            throw new IOException($"Index folder '{path}' is open already, here or in another process, or its file {LockName} cannot be opened "
                + $"({held.Message}) Close it there first; one process at a time may have it.", held);
        }
    }

    public string Snapshot(long number) => System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"snapshot-{number}.hnsw"));

    public string Log(long number) => System.IO.Path.Combine(Path, string.Create(CultureInfo.InvariantCulture, $"wal-{number}.log"));

    /// <summary>The numbers of the logs from a number on, in order.</summary>
    public long[] LogsFrom(long number) =>
        [.. Directory.EnumerateFiles(Path, "wal-*.log").Select(NumberOf).Where(found => found >= number).Order()];

    /// <summary>A number above those of all files here, so that no file is ever written in the place of one that may be needed.</summary>
    public long UnusedNumber() => Directory.EnumerateFiles(Path).Select(NumberOf).DefaultIfEmpty(0).Max() + 1;

    /// <summary>The files that the manifest makes no use of: of a checkpoint that was cut short, or older than the last one.</summary>
    public IEnumerable<string> Leftovers(Manifest? manifest)
    {
        foreach (string file in Directory.EnumerateFiles(Path))
        {
            string name = System.IO.Path.GetFileName(file);
            bool isSnapshot = manifest is null || file != Snapshot(manifest.Number);
            bool isOldLog = manifest is null || NumberOf(file) < manifest.Number;
            if (name == Manifest.FileName + ".tmp"
                || (name.StartsWith("snapshot-", StringComparison.Ordinal) && (name.EndsWith(".hnsw", StringComparison.Ordinal) ? isSnapshot : name.EndsWith(".tmp", StringComparison.Ordinal)))
                || (name.StartsWith("wal-", StringComparison.Ordinal) && (name.EndsWith(".log", StringComparison.Ordinal) ? isOldLog : name.EndsWith(".tmp", StringComparison.Ordinal))))
                yield return file;
        }
    }

    /// <summary>Whether an index with this manifest has such a file.</summary>
    public bool IsPart(string file, Manifest manifest)
    {
        string name = System.IO.Path.GetFileName(file);
        return name is LockName or Manifest.FileName || file == Snapshot(manifest.Number)
            || (NumberOf(file) >= manifest.Number && file == Log(NumberOf(file)))
            || name.EndsWith(Damaged, StringComparison.Ordinal);
    }

    /// <summary>Deletes leftovers.</summary>
    /// <returns>How many went; one that somebody has open, which Windows does not delete, stays for the next time.</returns>
    public int DeleteLeftovers(Manifest? manifest)
    {
        int deleted = 0;
        foreach (string file in Leftovers(manifest).ToArray())
        {
            try
            {
                File.Delete(file);
                deleted++;
            }
            catch (Exception inUse) when (inUse is IOException or UnauthorizedAccessException)
            {
                continue;
            }
        }

        return deleted;
    }

    /// <summary>Keeps a copy of a log that cannot be used, for whoever wants to look at it.</summary>
    public void SetAside(long log) => File.Copy(Log(log), Log(log) + Damaged, overwrite: true);

    /// <summary>Saves an index as the snapshot of a number.</summary>
    /// <returns>The manifest that would name it.</returns>
    public Manifest SaveSnapshot(HnswIndex index, Guid id, long number, long covers)
    {
        string file = Snapshot(number);
        index.Save(file, Tag(id, covers));
        (long bytes, uint checksum) = Sum(file);
        return new Manifest
        {
            Index = id,
            Dimension = index.Dimension,
            Metric = index.Metric,
            Number = number,
            SnapshotBytes = bytes,
            SnapshotChecksum = checksum,
            Covers = covers,
        };
    }

    /// <summary>A snapshot's tag: the index it belongs to, and the last write that it is sure to hold.</summary>
    public static byte[] Tag(Guid index, long covers)
    {
        byte[] tag = new byte[TagBytes];
        index.TryWriteBytes(tag);
        MemoryMarshal.Write(tag.AsSpan(16), in covers);
        return tag;
    }

    /// <summary>Length and CRC-32C of a whole file.</summary>
    public static (long Bytes, uint Checksum) Sum(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        byte[] block = new byte[1 << 20];
        (long bytes, uint checksum) = (0, 0);
        for (int read; (read = stream.Read(block)) > 0; bytes += read)
            checksum = Crc32C.Compute(block.AsSpan(0, read), checksum);
        return (bytes, checksum);
    }

    public void Dispose() => _lock?.Dispose();

    private static long NumberOf(string file)
    {
        string name = System.IO.Path.GetFileName(file);
        int dash = name.IndexOf('-', StringComparison.Ordinal);
        int dot = name.IndexOf('.', StringComparison.Ordinal);
        return dash > 0 && dot > dash && long.TryParse(name.AsSpan(dash + 1, dot - dash - 1), NumberStyles.None, null, out long number) ? number : -1;
    }
}
