using System.Runtime.InteropServices;
using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann.Durable;

/// <summary>One story of a disk without room, told on a full file system and under a limit on file sizes.</summary>
/// <param name="folder">Where the index goes.</param>
/// <param name="takeRoom">Leaves room for about so many bytes in the log of this length, or for none in a new file.</param>
/// <param name="giveRoom">Gives it back.</param>
internal sealed class FullDisk(string folder, Action<long> takeRoom, Action giveRoom)
{
    private readonly Dictionary<ulong, int> _model = [];

    public void Tell()
    {
        var options = new DurableIndexOptions { Durability = Durability.Disk };
        using (DurableIndex index = Written.Open(folder, options))
        {
            for (ulong id = 0; id < 60; id++)
                Add(index, id, 1);
            InTheMiddleOfAWrite(index);
            InTheMiddleOfACheckpoint(index);
        }

        Assert.Empty(DurableIndex.Verify(folder));
        using DurableIndex opened = Written.Open(folder, options);
        Written.AssertHolds(opened, _model);
        Assert.Equal(0, opened.Recovery.CutBytes);
    }

    private void InTheMiddleOfAWrite(DurableIndex index)
    {
        string log = Path.Combine(folder, "wal-1.log");
        long length = new FileInfo(log).Length;
        takeRoom(length + 30);

        // Single writes fit until the room is gone; then each is refused, again and again, and leaves nothing behind.
        var refusals = new List<string>();
        for (ulong id = 1000; refusals.Count < 3; id++)
        {
            Assert.True(id < 20_000, "the disk never filled up");
            try
            {
                Add(index, id, 1);
            }
            catch (IOException refused)
            {
                refusals.Add(refused.Message);
                Assert.False(index.Contains(id));
            }
        }

        Assert.All(refusals, message => Assert.Contains("wal-1.log' cannot be written", message, StringComparison.Ordinal));

        // A removal is shorter than an add, so one or two may still fit.
        Assert.Throws<IOException>(RemoveUntilRefused);
        long kept = index.LogBytes;
        ulong[] ids = [.. Enumerable.Range(30_000, 40_000).Select(id => (ulong)id)];
        Assert.Throws<IOException>(() => index.AddRange(ids, ids.SelectMany(id => Written.Vector(id, 1)).ToArray()));
        Assert.Equal(kept, index.LogBytes);
        Written.AssertHolds(index, _model, searches: 10);

        giveRoom();
        for (ulong id = 3; id < 10; id++)
            Add(index, id, 2);
        Assert.True(index.Remove(0));
        _model.Remove(0);
        Written.AssertHolds(index, _model, searches: 10);

        void RemoveUntilRefused()
        {
            for (ulong id = 3; id < 50; id++)
            {
                Assert.True(index.Remove(id));
                _model.Remove(id);
            }
        }
    }

    private void InTheMiddleOfACheckpoint(DurableIndex index)
    {
        takeRoom(6000);
        string refusal = Assert.Throws<IOException>(index.Checkpoint).Message;
        Assert.Contains("Nothing is lost", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(folder), file => file.EndsWith(".tmp", StringComparison.Ordinal));
        Written.AssertHolds(index, _model, searches: 10);
        giveRoom();
        Add(index, 70, 7);
        index.Checkpoint();
        Assert.Equal(0, index.LogBytes);
        Add(index, 71, 7);
    }

    private void Add(DurableIndex index, ulong id, int version)
    {
        index.Add(id, Written.Vector(id, version));
        _model[id] = version;
    }
}

/// <summary>The part of a process that may write no file beyond a size (RLIMIT_FSIZE): the kernel cuts the write short and then refuses.</summary>
internal static partial class SizeLimit
{
    private const int FileSize = 1;
    private const int TooLargeSignal = 25;
    private const nint Ignore = 1;

    public static int Run(string folder)
    {
        Signal(TooLargeSignal, Ignore);
        try
        {
            new FullDisk(folder, bytes => Set((ulong)bytes), () => Set(ulong.MaxValue)).Tell();
            return 0;
        }
        catch (Exception failure)
        {
            Set(ulong.MaxValue);
            Console.Error.WriteLine(failure);
            return 1;
        }
    }

    private static void Set(ulong bytes)
    {
        var limit = new Limit { Soft = bytes, Hard = ulong.MaxValue };
        if (SetLimit(FileSize, in limit) != 0)
            throw new InvalidOperationException($"setrlimit refused {bytes} (errno {Marshal.GetLastPInvokeError()}).");
    }

    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Limit limit);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);
}
