using System.Diagnostics;
using System.Globalization;
using VisualSearch.Ann;
using Xunit.Abstractions;

namespace VisualSearch.Tests.Ann.Durable;

/// <summary>A process under load, killed (SIGKILL) at a hundred random moments, also while it recovers and while it takes checkpoints.</summary>
public sealed class KilledIndexTests(ITestOutputHelper output) : IDisposable
{
    private const int Kills = 100;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<ulong, int> _acknowledged = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void After_each_of_a_hundred_kills_every_acknowledged_write_is_there_and_searches_work()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        var clock = Stopwatch.StartNew();
        TimeSpan start = TimeSpan.FromMilliseconds(200);
        int acknowledged = 0, inCheckpoint = 0, beforeReady = 0;
        string index = _folder.File("index"), copy = _folder.File("copy");
        for (int kill = 0; kill < Kills; kill++)
        {
            bool early = kill % 5 == 4;
            List<string> lines = KillAfter(kill, index, early ? start * random.NextDouble() : null, TimeSpan.FromMilliseconds(random.Next(1, 250)), out TimeSpan untilReady);
            if (!early)
                start = untilReady;
            beforeReady += lines.Count == 0 ? 1 : 0;
            Assert.True(lines.TrueForAll(line => line[0] != '!'), $"seed {seed}, kill {kill}: {lines.Find(line => line[0] == '!')}");
            acknowledged += lines.Count(line => line.EndsWith("ok", StringComparison.Ordinal));
            Dictionary<int, string[]> underWay = Follow(lines);

            // The copy is checked, and the next process finds the folder as this one left it.
            if (!Directory.Exists(index))
                continue;
            Written.Copy(index, copy);
            inCheckpoint += Directory.GetFiles(copy, "wal-*").Length > 1 || Directory.GetFiles(copy, "*.tmp").Length > 0 ? 1 : 0;
            if (!File.Exists(Path.Combine(copy, "MANIFEST")))
            {
                Assert.Empty(_acknowledged);
                continue;
            }

            Assert.DoesNotContain(DurableIndex.Verify(copy), finding => finding.Kind == FindingKind.Damage);
            using DurableIndex opened = Written.Open(copy);
            foreach (string[] write in underWay.Values)
                Settle(opened, write, $"seed {seed}, kill {kill}");
            Written.AssertHolds(opened, _acknowledged, searches: 20);
        }

        output.WriteLine($"{Kills} kills in {clock.Elapsed.TotalSeconds:F1} s: {acknowledged} acknowledged calls, {inCheckpoint} kills within a checkpoint, "
            + $"{beforeReady} while opening");
        Assert.True(acknowledged > Kills, $"only {acknowledged} calls were acknowledged");
        Assert.True(inCheckpoint > 0, "no kill hit a checkpoint");
    }

    private static List<string> KillAfter(int run, string folder, TimeSpan? fromStart, TimeSpan fromReady, out TimeSpan untilReady)
    {
        var clock = Stopwatch.StartNew();
        using Process process = Written.Start("write-until-killed", folder, run.ToString(CultureInfo.InvariantCulture));
        var lines = new List<string>();
        using var ready = new ManualResetEventSlim();
        var reading = new Thread(() =>
        {
            var text = new char[1 << 16];
            string rest = "";
            for (int read; (read = process.StandardOutput.Read(text)) > 0;)
            {
                string[] parts = (rest + new string(text, 0, read)).Split('\n');
                rest = parts[^1];
                lines.AddRange(parts[..^1]);
                ready.Set();
            }
        });
        reading.Start();
        if (fromStart is TimeSpan delay)
        {
            Thread.Sleep(delay);
            untilReady = default;
        }
        else
        {
            Assert.True(ready.Wait(TimeSpan.FromMinutes(1)), "the process did not open the index within a minute");
            untilReady = clock.Elapsed;
            Thread.Sleep(fromReady);
        }

        process.Kill();
        process.WaitForExit();
        reading.Join();
        return lines;
    }

    /// <summary>Takes in what was acknowledged.</summary>
    /// <returns>Each writer's call that had not returned.</returns>
    private Dictionary<int, string[]> Follow(List<string> lines)
    {
        var underWay = new Dictionary<int, string[]>();
        foreach (string[] parts in lines.Where(line => line != "ready").Select(line => line.Split(' ')))
        {
            int writer = int.Parse(parts[0]);
            if (parts[1] == "ok")
            {
                Assert.True(underWay.Remove(writer, out string[]? write));
                Take(write);
            }
            else
            {
                underWay[writer] = parts;
            }
        }

        return underWay;
    }

    private static ulong[] IdsOf(string[] write) => [.. write[2].Split(',').Select(ulong.Parse)];

    private void Take(string[] write)
    {
        foreach (ulong id in IdsOf(write))
        {
            if (write[1] == "-")
                _acknowledged.Remove(id);
            else
                _acknowledged[id] = int.Parse(write[3]);
        }
    }

    /// <summary>A call that had not returned may have taken effect or not; a batch wholly or not at all.</summary>
    private void Settle(DurableIndex opened, string[] write, string when)
    {
        ulong[] ids = IdsOf(write);
        int? wanted = write[1] == "-" ? null : int.Parse(write[3]);
        bool[] taken = [.. ids.Select(id => Written.Version(opened, id) == wanted)];
        if (taken.All(one => one))
            Take(write);
        else
            Assert.True(write[1] != "*" || taken.All(one => !one), $"{when}: half of a batch is there");
    }
}
