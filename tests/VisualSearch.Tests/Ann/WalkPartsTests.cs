using VisualSearch.Ann;
using VisualSearch.Ann.Flat;
using VisualSearch.Ann.Hnsw;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Tests.Ann;

/// <summary>The small structures that walks are made of, each against the plainest thing that does the same.</summary>
public sealed class WalkPartsTests
{
    [Fact]
    public void Search_buffer_keeps_the_nearest_accepted_and_what_lies_before_them()
    {
        var random = new Random(23);
        for (int round = 0; round < 300; round++)
        {
            int ef = random.Next(1, 12);
            var buffer = new SearchBuffer();
            buffer.Reset(Beam.Whole(ef));
            var offered = new List<(float Distance, int Slot, bool Accepted)>();
            var expanded = new HashSet<int>();
            for (int step = 0; step < 80; step++)
            {
                if (random.Next(3) == 0)
                {
                    List<int> inside = Inside(offered, ef);
                    int expected = inside.FirstOrDefault(slot => !expanded.Contains(slot), -1);
                    Assert.Equal(expected >= 0, buffer.TryExpandNext(out Candidate candidate));
                    if (expected < 0)
                        continue;
                    Assert.Equal(expected, candidate.Slot);
                    expanded.Add(candidate.Slot);
                }
                else
                {
                    // All distances differ, so the order is the only one possible.
                    (float, int, bool Accepted) entry = (random.NextSingle() + (step * 1e-6f), step, random.Next(4) > 0);
                    offered.Add(entry);
                    buffer.Insert(entry.Item1, entry.Item2, entry.Accepted);
                }
            }

            int index = 0;
            var accepted = new List<int>();
            while (buffer.TryNextAccepted(ref index, out Candidate candidate))
                accepted.Add(candidate.Slot);
            Assert.Equal(offered.Where(entry => entry.Accepted).OrderBy(entry => entry.Distance).Take(ef).Select(entry => entry.Slot), accepted);
        }
    }

    [Fact]
    public void Search_buffer_ends_the_walk_after_fruitless_hops()
    {
        var buffer = new SearchBuffer();
        buffer.Reset(new Beam(Width: 10, Watched: 2, Patience: 3));
        for (int slot = 0; slot < 9; slot++)
            buffer.Insert(slot, slot, accepted: true);

        // Three hops, of which the second brings something to the second place; what comes to the fifth changes nothing.
        Assert.True(buffer.TryExpandNext(out _));
        Assert.True(buffer.TryExpandNext(out _));
        buffer.Insert(0.5f, 100, accepted: true);
        for (int hop = 0; hop < 3; hop++)
        {
            Assert.True(buffer.TryExpandNext(out _));
            buffer.Insert(4.5f + (hop * 0.1f), 200 + hop, accepted: true);
        }

        Assert.False(buffer.TryExpandNext(out _));
        buffer.Reset(Beam.Whole(10));
        buffer.Insert(1, 1, accepted: true);
        Assert.True(buffer.TryExpandNext(out _));
    }

    [Fact]
    public void Search_buffer_takes_no_NaN()
    {
        var buffer = new SearchBuffer();
        buffer.Reset(Beam.Whole(3));
        buffer.Insert(float.NaN, 1, accepted: true);
        Assert.Equal(0, buffer.Count);
    }

    [Fact]
    public void Visited_tags_start_empty_at_every_walk_also_after_the_counter_wraps()
    {
        var tags = new VisitedTags();
        for (int walk = 0; walk < 600; walk++)
        {
            tags.Begin(10 + walk);
            Assert.True(tags.TryVisit(walk % 7));
            Assert.False(tags.TryVisit(walk % 7));
            Assert.True(tags.TryVisit(9));
        }
    }

    [Fact]
    public void Top_neighbors_are_those_that_sorting_gives()
    {
        var random = new Random(29);
        for (int round = 0; round < 200; round++)
        {
            int k = random.Next(0, 15), count = random.Next(0, 40);
            Neighbor[] all = [.. Enumerable.Range(0, count).Select(i => new Neighbor((ulong)i, random.Next(8)))];
            var results = new Neighbor[k];
            var top = new TopNeighbors(results);
            foreach (Neighbor neighbor in all)
                top.Offer(neighbor);
            int found = top.Finish();
            Assert.Equal(all.OrderBy(n => n.Distance).ThenBy(n => n.Id).Take(k), results.Take(found));
        }
    }

    [Fact]
    public unsafe void Id_map_does_what_a_dictionary_does()
    {
        const int Steps = 50_000;
        var random = new Random(31);
        var slots = new Rows<Slot>(1);
        slots.EnsureCapacity(Steps);
        var map = new IdMap(slots);
        var model = new Dictionary<ulong, int>();
        for (int step = 0; step < Steps; step++)
        {
            ulong id = (ulong)random.Next(2_000) * 0x1_0000_0001;
            if (random.Next(3) > 0)
            {
                slots[step]->Id = id;
                if (!map.TryAdd(id, step))
                    map.Move(id, step);
                model[id] = step;
            }
            else
            {
                Assert.Equal(model.Remove(id, out int slot) ? slot : -1, map.Remove(id));
            }

            ulong probe = (ulong)random.Next(2_000) * 0x1_0000_0001;
            Assert.Equal(model.GetValueOrDefault(probe, -1), map.Find(probe));
            Assert.Equal(model.Count, map.Count);
        }
    }

    [Fact]
    public void Checksum_is_CRC_32C()
    {
        // The check value of the CRC catalogue (CRC-32/ISCSI), and RFC 3720's for 32 zero bytes.
        Assert.Equal(0xE3069283u, Crc32C.Compute("123456789"u8));
        Assert.Equal(0x8A9136AAu, Crc32C.Compute(new byte[32]));
    }

    // The ef nearest accepted, and every rejected one before the last of them.
    private static List<int> Inside(List<(float Distance, int Slot, bool Accepted)> offered, int ef)
    {
        // Entries leave for good when they fall behind, so the state is rebuilt step by step.
        var inside = new List<(float Distance, int Slot, bool Accepted)>();
        foreach ((float Distance, int Slot, bool Accepted) entry in offered)
        {
            List<(float Distance, int Slot, bool Accepted)> full = [.. inside.Where(e => e.Accepted)];
            if (full.Count == ef && entry.Distance >= full[^1].Distance)
                continue;
            inside = [.. inside.Append(entry).OrderBy(e => e.Distance)];
            if (inside.Count(e => e.Accepted) >= ef)
            {
                float last = inside.Where(e => e.Accepted).ElementAt(ef - 1).Distance;
                inside = [.. inside.Where(e => e.Distance <= last)];
            }
        }

        return [.. inside.Select(e => e.Slot)];
    }
}
