namespace VisualSearch.Ann.Storage.Durable;

/// <summary>What a checked log holds.</summary>
/// <param name="Path">The file.</param>
/// <param name="Header">Its header.</param>
/// <param name="End">Where its last whole batch ends.</param>
/// <param name="LastSequence">The sequence number of that batch's last record.</param>
/// <param name="Writes">Ids in its records.</param>
/// <param name="CutBytes">Bytes behind the end: of writes that were cut short before they were acknowledged.</param>
/// <param name="IsMarkIntact">Whether the mark in the first page checks out.</param>
internal sealed record CheckedLog(string Path, LogHeader Header, long End, long LastSequence, long Writes, long CutBytes, bool IsMarkIntact);

/// <summary>Reads a whole log and decides where it ends; <see cref="LogFormat"/> says what is torn and what is damaged.</summary>
internal static class LogScan
{
    public const string Remedy = "Restore the folder from a copy; or open it with AcceptLoss, which keeps all before this place.";

    /// <summary>Checks a log as a member of its folder.</summary>
    /// <param name="path">The file.</param>
    /// <param name="index">The index it must belong to.</param>
    /// <param name="number">The number it must have.</param>
    /// <param name="dimension">Of the index.</param>
    /// <param name="firstSequence">The sequence number that must come next.</param>
    /// <param name="isLast">Only the last log may end in a write cut short.</param>
    /// <exception cref="CorruptIndexException">The log is damaged, or none of this place.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CheckedLog Check(string path, Guid index, long number, int dimension, long firstSequence, bool isLast)
    {
        using LogReader reader = LogReader.Open(path);
        LogHeader header = reader.Header;
        if (header.Index != index || header.Dimension != dimension)
            throw reader.Wrong($"it belongs to index {header.Index} of {header.Dimension} dimensions, and the folder to {index} of {dimension}.");
        if (header.Number != number || header.FirstSequence != firstSequence)
            throw reader.Wrong($"it is log {header.Number} from write {header.FirstSequence} on, and log {number} from write {firstSequence} on belongs here.", Remedy);
        CheckedLog log = ReadRecords(reader);
        long torn = log.End;
        if (log.End < reader.Length)
        {
            // The batch that ends here is cut off whole, but what is wrong may come later in it.
            torn = Torn(reader, log, out long expected, out string found);
            long later = reader.FindLaterRecord(torn, expected);
            if (later >= 0)
                throw reader.Wrong($"the record at byte {torn} is damaged: {found}; yet an intact one, written after it, is at byte {later}.", Remedy);
            if (!isLast)
                throw reader.Wrong($"the record at byte {torn} is damaged: {found}; and a log follows.", Remedy);
            if (log.End < reader.Synced)
                throw reader.Wrong($"the record at byte {torn} is damaged: {found}; and it was complete on the disk once.", Remedy);
        }

        if (isLast && reader.IsFollowed)
            throw reader.Wrong($"log {number + 1} came after it and is missing.", Remedy);
        if (reader.Length < reader.Synced)
            throw reader.Wrong($"it has {reader.Length} bytes, and {reader.Synced} were on the disk once.", Remedy);
        return log;
    }

    /// <summary>What of a damaged log comes before the damage, or null when it is not the log that belongs here or its header is gone.</summary>
    public static CheckedLog? TryReadBeforeDamage(string path, Guid index, int dimension, long firstSequence)
    {
        try
        {
            using LogReader reader = LogReader.Open(path);
            return reader.Header.Index == index && reader.Header.Dimension == dimension && reader.Header.FirstSequence == firstSequence ? ReadRecords(reader) : null;
        }
        catch (Exception gone) when (gone is CorruptIndexException or FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Reads up to the first record that does not check out.</summary>
    private static CheckedLog ReadRecords(LogReader reader)
    {
        long end = LogFormat.PageBytes, last = reader.Header.FirstSequence - 1, writes = 0;
        long at = end, sequence = last, pending = 0;
        while (reader.TryRead(at, sequence + 1, out LogRecord record, out _))
        {
            at += record.Bytes.Length;
            sequence++;
            pending += record.Header.Count;
            if (record.Header.Continues != 0)
                continue;
            (end, last, writes, pending) = (at, sequence, writes + pending, 0);
        }

        return new CheckedLog(reader.Path, reader.Header, end, last, writes, reader.Length - end, reader.Synced >= 0);
    }

    private static long Torn(LogReader reader, CheckedLog log, out long expected, out string found)
    {
        long at = log.End;
        expected = log.LastSequence + 1;
        while (reader.TryRead(at, expected, out LogRecord record, out found))
        {
            at += record.Bytes.Length;
            expected++;
        }

        return at;
    }
}
