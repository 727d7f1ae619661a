using System.Text;
using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann.Durable;

/// <summary>
/// The process that <see cref="KilledIndexTests"/> kills. Three threads write, one searches, one takes checkpoints, until the end. A
/// writer says on standard output what it is about to do, and <c>ok</c> when the call has returned:
/// <code>
/// 0 + 12 40007       writer 0 adds id 12 in version 40007
/// 1 - 13 0           writer 1 removes id 13
/// 2 * 2,5,8 40003    writer 2 adds a batch
/// 2 ok               writer 2's call returned
/// ! …                the searcher saw something wrong
/// </code>
/// </summary>
internal static class KilledWriter
{
    public const int Writers = 3;
    public const int Ids = 240;
    public const int VersionsPerRun = 40_000;

    private static readonly Lock Telling = new();
    private static readonly Stream Output = Console.OpenStandardOutput();

    public static int Run(string folder, int run)
    {
        var options = new DurableIndexOptions
        {
            Durability = run % 2 == 0 ? Durability.Disk : Durability.Process,
            CheckpointLogBytes = DurableIndexOptions.MinCheckpointLogBytes,
        };
        DurableIndex index = Written.Open(folder, options);
        Tell("ready");
        Thread[] threads =
        [
            .. Enumerable.Range(0, Writers).Select(writer => new Thread(() => Guard(() => Write(index, writer, run)))),
            new Thread(() => Guard(() => Search(index))),
            new Thread(() => Guard(() => Checkpoint(index))),
        ];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        return 0;
    }

    private static void Write(DurableIndex index, int writer, int run)
    {
        var random = new Random((run * Writers) + writer);
        for (int version = run * VersionsPerRun; version < (run + 1) * VersionsPerRun; version++)
        {
            ulong id = Own(random.Next(Ids / Writers));
            if (writer == Writers - 1)
            {
                ulong[] ids = [.. Enumerable.Range(0, random.Next(2, 40)).Select(_ => Own(random.Next(Ids / Writers))).Distinct()];
                Tell($"{writer} * {string.Join(',', ids)} {version}");
                index.AddRange(ids, ids.SelectMany(one => Written.Vector(one, version)).ToArray());
            }
            else if (random.Next(3) == 0)
            {
                Tell($"{writer} - {id} 0");
                index.Remove(id);
            }
            else
            {
                Tell($"{writer} + {id} {version}");
                index.Add(id, Written.Vector(id, version));
            }

            Tell($"{writer} ok");
        }

        ulong Own(int number) => (ulong)((number * Writers) + writer);
    }

    private static void Search(DurableIndex index)
    {
        var random = new Random(1);
        var results = new Neighbor[10];
        while (true)
        {
            int found = index.Search(Written.Vector((ulong)random.Next(Ids), random.Next(VersionsPerRun)), results);
            for (int i = 0; i < found; i++)
            {
                if (results[i].Id >= Ids || results.AsSpan(0, i).Contains(results[i]))
                    Tell($"! result {i} is {results[i]}");
            }
        }
    }

    private static void Checkpoint(DurableIndex index)
    {
        while (true)
        {
            index.Checkpoint();
            Thread.Sleep(15);
        }
    }

    private static void Guard(Action part)
    {
        try
        {
            part();
        }
        catch (Exception failure)
        {
            Tell("! " + failure.ToString().ReplaceLineEndings(" "));
        }
    }

    private static void Tell(string line)
    {
        lock (Telling)
            Output.Write(Encoding.ASCII.GetBytes(line + "\n"));
    }
}
