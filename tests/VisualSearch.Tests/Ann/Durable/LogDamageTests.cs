using System.Buffers.Binary;
using System.Runtime.InteropServices;
using VisualSearch.Ann;
using VisualSearch.Ann.Storage.Durable;

namespace VisualSearch.Tests.Ann.Durable;

/// <summary>Flipped, cut and missing bytes: what was acknowledged is there, or the damage is named. Never a silent loss.</summary>
public sealed class LogDamageTests : IDisposable
{
    private static readonly DurableIndexOptions Flushed = new() { Durability = Durability.Disk };

    private readonly TemporaryFolder _folder = new();
    private readonly string _sound;
    private readonly string _damaged;

    public LogDamageTests() => (_sound, _damaged) = (_folder.File("sound"), _folder.File("damaged"));

    /// <summary>Writes the mark of a log's first page anew, as if the log had been acknowledged up to there only.</summary>
    internal static void SetMark(byte[] log, long synced)
    {
        var mark = new LogMark(synced, isFollowed: false, BinaryPrimitives.ReadUInt32LittleEndian(log.AsSpan(48)));
        MemoryMarshal.Write(log.AsSpan(LogMark.Offset), in mark);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_flipped_bit_anywhere_in_any_file_is_found()
    {
        Make(checkpoint: true, secondLog: true);
        var random = new Random(17);
        Assert.Equal(["MANIFEST", "snapshot-2.hnsw", "wal-2.log", "wal-3.log"], Names(_sound));
        foreach (string name in Names(_sound))
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(_sound, name));
            int step = Math.Max(1, bytes.Length / 150);
            for (int at = 0; at < bytes.Length; at += IsPartOfLogWorthEveryByte(name, at) ? 1 : step)
            {
                Written.Copy(_sound, _damaged);
                byte kept = bytes[at];
                bytes[at] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(Path.Combine(_damaged, name), bytes);
                bytes[at] = kept;
                Assert.True(DurableIndex.Verify(_damaged).Any(finding => finding.Kind == FindingKind.Damage && finding.File == name), $"{name} at {at}: not found by Verify");

                // Opening refuses too, but for the mark, without which nothing is lost.
                if (name.StartsWith("wal-", StringComparison.Ordinal) && at is >= LogMark.Offset and < LogMark.Offset + 16)
                {
                    using DurableIndex opened = Written.Open(_damaged);
                    Assert.Equal(name == "wal-3.log", opened.Recovery.IsMarkLost);
                }
                else
                {
                    CorruptIndexException refused = Assert.Throws<CorruptIndexException>(() => Written.Open(_damaged));
                    Assert.Contains(name, refused.Path, StringComparison.Ordinal);
                }
            }
        }

        bool IsPartOfLogWorthEveryByte(string name, int at) =>
            name == "MANIFEST" || (name.StartsWith("wal-", StringComparison.Ordinal) && at is < 80 or >= LogFormat.PageBytes);
    }

    [Fact]
    public void The_message_names_the_file_and_the_place()
    {
        Dictionary<ulong, int> expected = Make(checkpoint: false, secondLog: false);
        string log = Path.Combine(_sound, "wal-1.log");
        long third = Written.RecordStarts(log)[2];
        byte[] bytes = File.ReadAllBytes(log);
        bytes[third + 40] ^= 4;
        File.WriteAllBytes(log, bytes);
        string message = Assert.Throws<CorruptIndexException>(() => Written.Open(_sound)).Message;
        Assert.Contains($"the record at byte {third} is damaged", message, StringComparison.Ordinal);
        Assert.Contains("AcceptLoss", message, StringComparison.Ordinal);

        // Every refusal leaves the folder as it was; accepting the loss keeps what comes before, and the damaged log beside it.
        Assert.Equal(bytes, File.ReadAllBytes(log));
        using (DurableIndex opened = Written.Open(_sound, new DurableIndexOptions { AcceptLoss = true }))
        {
            Assert.Equal(["wal-1.log"], opened.Recovery.LostLogs);
            Assert.Equal(2, opened.Recovery.Replayed);
            Written.AssertHolds(opened, new Dictionary<ulong, int> { [0] = expected[0], [1] = expected[1] });
            opened.Add(9, Written.Vector(9, 9));
        }

        Assert.Equal(bytes, File.ReadAllBytes(log + ".damaged"));
        Assert.Empty(DurableIndex.Verify(_sound));
        using DurableIndex again = Written.Open(_sound);
        Written.AssertHolds(again, new Dictionary<ulong, int> { [0] = expected[0], [1] = expected[1], [9] = 9 });
    }

    [Fact]
    public void A_log_cut_at_any_length_opens_with_all_before_or_says_that_acknowledged_bytes_are_gone()
    {
        Make(checkpoint: false, secondLog: false);
        string name = Path.Combine(_sound, "wal-1.log");
        byte[] bytes = File.ReadAllBytes(name);
        List<long> starts = Written.RecordStarts(name);
        for (int length = 0; length < bytes.Length; length += length is > 80 and < LogFormat.PageBytes - 1 ? 501 : 1)
        {
            Written.Copy(_sound, _damaged);
            string log = Path.Combine(_damaged, "wal-1.log");

            // With the mark of a log that was closed or whose process died, every cut is noticed.
            File.WriteAllBytes(log, bytes[..length]);
            Assert.Throws<CorruptIndexException>(() => Written.Open(_damaged));
            Assert.Contains(DurableIndex.Verify(_damaged), finding => finding.Kind == FindingKind.Damage);
            if (length < LogFormat.PageBytes)
                continue;

            // As a power cut leaves it, with nothing known to be on the disk: whole records count, the rest is cut off.
            byte[] unmarked = bytes[..length];
            SetMark(unmarked, LogFormat.PageBytes);
            File.WriteAllBytes(log, unmarked);
            int whole = starts.FindLastIndex(start => start <= length);
            bool torn = starts[whole] != length;
            Assert.Equal(torn ? [FindingKind.TornWrite] : [], DurableIndex.Verify(_damaged).Select(finding => finding.Kind));
            using (DurableIndex opened = Written.Open(_damaged))
            {
                Assert.Equal((whole, length - starts[whole]), (opened.Recovery.Replayed, opened.Recovery.CutBytes));
                opened.Add(500, Written.Vector(500, 5));
            }

            using DurableIndex again = Written.Open(_damaged);
            Assert.Equal((whole + 1, 0L, 5), (again.Recovery.Replayed, again.Recovery.CutBytes, Written.Version(again, 500)));
        }
    }

    [Fact]
    public void Damage_is_told_from_a_torn_write_by_what_was_written_after_it()
    {
        // The mark is lost with the power: what was flushed before is known from the records behind it alone.
        Make(checkpoint: false, secondLog: false);
        string log = Path.Combine(_sound, "wal-1.log");
        List<long> starts = Written.RecordStarts(log);
        byte[] bytes = File.ReadAllBytes(log);
        SetMark(bytes, LogFormat.PageBytes);
        for (int record = 0; record < starts.Count - 1; record++)
        {
            byte[] flipped = [.. bytes];
            flipped[starts[record] + 33] ^= 1;
            File.WriteAllBytes(log, flipped);
            if (record < starts.Count - 2)
            {
                Assert.Contains("an intact one, written after it", Assert.Throws<CorruptIndexException>(() => Written.Open(_sound)).Message, StringComparison.Ordinal);
                continue;
            }

            // The last record may have been in the middle of being written. Verify says so, and opening reports what it cut.
            Assert.Equal(FindingKind.TornWrite, Assert.Single(DurableIndex.Verify(_sound)).Kind);
            using DurableIndex opened = Written.Open(_sound);
            Assert.Equal(starts[^1] - starts[^2], opened.Recovery.CutBytes);
        }
    }

    [Fact]
    public void Writes_of_one_unacknowledged_group_may_reach_the_disk_in_any_order()
    {
        // Power went during one flush of three records, of which the disk has the first and the last.
        Written.Open(_sound, Flushed).Dispose();
        string log = Path.Combine(_sound, "wal-1.log");
        LogHeader header;
        using (LogReader reader = LogReader.Open(log))
            header = reader.Header;
        using (LogWriter writer = LogWriter.Continue(log, header, LogFormat.PageBytes, 0, toDisk: true))
        {
            for (ulong id = 0; id < 3; id++)
            {
                LogRecord record = LogRecord.Create(new byte[1000], LogKind.Add, 1, Written.Dimension, continues: false);
                record.Ids[0] = id;
                Written.Vector(id, 1).CopyTo(record.Vectors);
                writer.Write(record.Bytes);
            }
        }

        byte[] bytes = File.ReadAllBytes(log);
        List<long> starts = Written.RecordStarts(log);
        bytes.AsSpan((int)starts[1], (int)(starts[2] - starts[1])).Clear();
        File.WriteAllBytes(log, bytes);
        using DurableIndex opened = Written.Open(_sound);
        Assert.Equal((1L, starts[3] - starts[1]), (opened.Recovery.Replayed, opened.Recovery.CutBytes));
        Written.AssertHolds(opened, new Dictionary<ulong, int> { [0] = 1 });
    }

    [Theory]
    [InlineData("wal-2.log")]
    [InlineData("wal-3.log")]
    [InlineData("snapshot-2.hnsw")]
    public void A_missing_file_is_named(string name)
    {
        Make(checkpoint: true, secondLog: true);
        File.Delete(Path.Combine(_sound, name));

        // The last log is missed by the one before it.
        name = name.Replace('3', '2');
        Assert.Contains(name, Assert.Throws<CorruptIndexException>(() => Written.Open(_sound)).Message, StringComparison.Ordinal);
        Assert.Contains(DurableIndex.Verify(_sound), finding => finding.Kind == FindingKind.Damage && finding.File == name);
    }

    [Fact]
    public void A_record_that_the_index_refuses_is_named_and_not_replayed_into_a_crash()
    {
        Written.Open(_sound).Dispose();
        string log = Path.Combine(_sound, "wal-1.log");
        using (LogReader reader = LogReader.Open(log))
        {
            using LogWriter writer = LogWriter.Continue(log, reader.Header, LogFormat.PageBytes, 0, toDisk: true);
            LogRecord record = LogRecord.Create(new byte[1000], LogKind.Add, 1, Written.Dimension, continues: false);
            record.Vectors.Fill(float.NaN);
            writer.Write(record.Bytes);
            writer.Commit();
        }

        Assert.Contains("a vector that the index refuses", Assert.Throws<CorruptIndexException>(() => Written.Open(_sound)).Message, StringComparison.Ordinal);
    }

    /// <summary>A folder of single writes, closed: ids 0, 1, … in version 1, from where the last log begins in version 2.</summary>
    private Dictionary<ulong, int> Make(bool checkpoint, bool secondLog)
    {
        var model = new Dictionary<ulong, int>();
        using (DurableIndex index = Written.Open(_sound, Flushed))
        {
            Fill(index, 0, 1);
            if (checkpoint)
                index.Checkpoint();
            if (secondLog)
                Fill(index, 10, 2);
        }

        if (!secondLog)
            return model;

        // What a checkpoint leaves that was cut short after it had turned to a new log.
        using var folder = IndexFolder.Lock(_sound, create: true);
        Recovered recovered = Recovery.Open(folder, Flushed);
        using LogWriter old = recovered.Log;
        using LogWriter next = LogWriter.Create(folder.Log(3), recovered.Manifest.Index, 3, Written.Dimension, old.LastSequence + 1, toDisk: true);
        old.MarkFollowed();
        LogRecord record = LogRecord.Create(new byte[1000], LogKind.Add, 1, Written.Dimension, continues: false);
        Written.Vector(0, 3).CopyTo(record.Vectors);
        next.Write(record.Bytes);
        next.Commit();
        return model;

        void Fill(DurableIndex index, ulong first, int version)
        {
            for (ulong id = first; id < first + 5; id++)
            {
                index.Add(id, Written.Vector(id, version));
                model[id] = version;
            }
        }
    }

    private static string[] Names(string folder) =>
        [.. Directory.GetFiles(folder).Select(path => Path.GetFileName(path)!).Where(name => name != "LOCK").Order(StringComparer.Ordinal)];
}
