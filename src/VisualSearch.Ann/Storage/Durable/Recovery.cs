using System.Runtime.InteropServices;

namespace VisualSearch.Ann.Storage.Durable;

/// <summary>A folder's content in memory, ready for more.</summary>
/// <param name="Index">The snapshot with the logs replayed.</param>
/// <param name="Manifest">As it stands in the folder.</param>
/// <param name="Log">The last log.</param>
/// <param name="ClosedLogBytes">Bytes of records in the logs before it.</param>
/// <param name="Report">What was done.</param>
internal sealed record Recovered(HnswIndex Index, Manifest Manifest, LogWriter Log, long ClosedLogBytes, RecoveryReport Report);

/// <summary>
/// Opens a folder: checks the manifest, the snapshot and every log before it replays the first record, so that a damaged folder is
/// refused at once and unchanged.
/// </summary>
internal static class Recovery
{
    // Vectors in one parallel insertion: enough to keep all cores busy, few enough that they need no thought about memory.
    private const int MaxRun = 4096;

    /// <summary>Makes the files of an empty index; the manifest last, so that a crash before leaves no index at all.</summary>
    public static Recovered Create(IndexFolder folder, int dimension, Metric metric, HnswOptions? graph, DurableIndexOptions options)
    {
        foreach (long log in folder.LogsFrom(0))
        {
            if (new FileInfo(folder.Log(log)).Length > LogFormat.PageBytes)
                throw new CorruptIndexException(Path.Combine(folder.Path, Manifest.FileName), $"it is not there, and log '{folder.Log(log)}' has records.",
                    "Restore the folder from a copy, or choose another one.");
        }

        folder.DeleteLeftovers(null);
        var index = new HnswIndex(dimension, metric, graph);
        var id = Guid.NewGuid();
        Manifest manifest = folder.SaveSnapshot(index, id, number: 1, covers: 0);
        LogWriter writer = LogWriter.Create(folder.Log(1), id, 1, dimension, firstSequence: 1, options.Durability == Durability.Disk);
        try
        {
            manifest.Write(folder.Path);
            return new Recovered(index, manifest, writer, 0, new RecoveryReport());
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    /// <summary>Opens the files of an index.</summary>
    /// <exception cref="CorruptIndexException">One of them is damaged or missing.</exception>
    public static Recovered Open(IndexFolder folder, DurableIndexOptions options)
    {
        var manifest = Manifest.Read(folder.Path);
        HnswIndex index = OpenSnapshot(folder, manifest);
        try
        {
            List<CheckedLog> logs = CheckLogs(folder, manifest, options.AcceptLoss, out long[] lost);
            int fromSnapshot = index.Count;
            foreach (CheckedLog log in logs)
                Replay(log, index);
            long last = logs.Count > 0 ? logs[^1].LastSequence : manifest.Covers;
            bool toDisk = options.Durability == Durability.Disk;
            LogWriter writer = lost.Length > 0
                ? GoOnWithout(folder, index, ref manifest, last, lost, toDisk)
                : LogWriter.Continue(folder.Log(logs[^1].Header.Number), logs[^1].Header, logs[^1].End, last, toDisk);
            var report = new RecoveryReport
            {
                FromSnapshot = fromSnapshot,
                Replayed = logs.Sum(log => log.Writes),
                CutBytes = lost.Length > 0 ? 0 : logs[^1].CutBytes,
                IsMarkLost = lost.Length == 0 && !logs[^1].IsMarkIntact,
                LostLogs = [.. lost.Select(log => Path.GetFileName(folder.Log(log)))],
                LeftoversDeleted = folder.DeleteLeftovers(manifest),
            };
            long closed = lost.Length > 0 ? 0 : logs.SkipLast(1).Sum(log => log.End - LogFormat.PageBytes);
            return new Recovered(index, manifest, writer, closed, report);
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    /// <summary>Opens the manifest's snapshot, and refuses any other file under its name.</summary>
    public static HnswIndex OpenSnapshot(IndexFolder folder, Manifest manifest)
    {
        const string Remedy = "Restore the folder from a copy.";
        string path = folder.Snapshot(manifest.Number);
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new CorruptIndexException(path, "the manifest names it and it is not there.", Remedy);
        if (file.Length != manifest.SnapshotBytes)
            throw new CorruptIndexException(path, $"it has {file.Length} bytes, and the manifest says {manifest.SnapshotBytes}.", Remedy);
        var index = HnswIndex.Open(path);
        if (index.Tag.Span.SequenceEqual(IndexFolder.Tag(manifest.Index, manifest.Covers)) && index.Dimension == manifest.Dimension && index.Metric == manifest.Metric)
            return index;
        index.Dispose();
        throw new CorruptIndexException(path, "it is a snapshot of another index, or of another time, than the manifest says.", Remedy);
    }

    /// <summary>Checks the logs from the manifest's on. There is at least one, without gaps in between.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="manifest">Of the folder.</param>
    /// <param name="acceptLoss">Whether to take what comes before the first damage instead of refusing all.</param>
    /// <param name="lost">The numbers of the logs from the damage on.</param>
    public static List<CheckedLog> CheckLogs(IndexFolder folder, Manifest manifest, bool acceptLoss, out long[] lost)
    {
        long[] numbers = folder.LogsFrom(manifest.Number);
        long end = numbers.Length == 0 ? manifest.Number : numbers[^1];
        var logs = new List<CheckedLog>();
        lost = [];
        for (long number = manifest.Number; number <= end; number++)
        {
            long next = logs.Count == 0 ? manifest.Covers + 1 : logs[^1].LastSequence + 1;
            try
            {
                if (!numbers.Contains(number))
                    throw new CorruptIndexException(folder.Log(number), "it is missing.", LogScan.Remedy);
                logs.Add(LogScan.Check(folder.Log(number), manifest.Index, number, manifest.Dimension, next, isLast: number == end));
            }
            catch (CorruptIndexException) when (acceptLoss)
            {
                lost = [number, .. numbers.Where(later => later > number)];
                if (LogScan.TryReadBeforeDamage(folder.Log(number), manifest.Index, manifest.Dimension, next) is CheckedLog part)
                    logs.Add(part);
                break;
            }
        }

        return logs;
    }

    private static LogWriter GoOnWithout(IndexFolder folder, HnswIndex index, ref Manifest manifest, long last, long[] lost, bool toDisk)
    {
        foreach (long log in lost)
        {
            if (File.Exists(folder.Log(log)))
                folder.SetAside(log);
        }

        long number = folder.UnusedNumber();
        var writer = LogWriter.Create(folder.Log(number), manifest.Index, number, manifest.Dimension, last + 1, toDisk);
        try
        {
            manifest = folder.SaveSnapshot(index, manifest.Index, number, last);
            manifest.Write(folder.Path);
            return writer;
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private static void Replay(CheckedLog log, HnswIndex index)
    {
        using LogReader reader = LogReader.Open(log.Path);
        var ids = new List<ulong>();
        var vectors = new List<float>();
        long sequence = log.Header.FirstSequence;
        for (long at = LogFormat.PageBytes; at < log.End; sequence++)
        {
            if (!reader.TryRead(at, sequence, out LogRecord record, out string found))
                throw reader.Wrong($"the record at byte {at} was intact a moment ago, and now {found}.", "Check the disk.");
            at += record.Bytes.Length;
            try
            {
                if (record.Header.Kind == LogKind.Add)
                {
                    ids.AddRange(record.Ids);
                    vectors.AddRange(record.Vectors);
                }

                if (record.Header.Kind == LogKind.Remove || ids.Count >= MaxRun)
                    AddRun(index, ids, vectors);
                if (record.Header.Kind == LogKind.Remove)
                {
                    foreach (ulong id in record.Ids)
                        index.Remove(id);
                }
            }
            catch (ArgumentException refused)
            {
                throw Refused(at, refused);
            }
        }

        try
        {
            AddRun(index, ids, vectors);
        }
        catch (ArgumentException refused)
        {
            throw Refused(log.End, refused);
        }

        CorruptIndexException Refused(long at, ArgumentException reason) =>
            reader.Wrong($"a record shortly before byte {at} holds a vector that the index refuses: {reason.Message}", LogScan.Remedy);
    }

    private static void AddRun(HnswIndex index, List<ulong> ids, List<float> vectors)
    {
        if (ids.Count == 1)
            index.Add(ids[0], CollectionsMarshal.AsSpan(vectors));
        else if (ids.Count > 1)
            index.AddRange(CollectionsMarshal.AsSpan(ids), CollectionsMarshal.AsSpan(vectors));
        ids.Clear();
        vectors.Clear();
    }
}
