using System.Runtime.InteropServices;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>
/// An HNSW index on disk. Sections of the body, each with one entry a slot but the last:
/// <code>
/// ids      u64            states  u8 (SlotState)      levels  i8 (−1: a twin, or free)
/// base     i32 × (2 + 2M)         vectors f32 × dimension     codes   u8 × row bytes (when the index has codes)
/// upper    i32 × (2 + M) for each level above 0 of each slot, in slot order
/// </code>
/// Free slots are written as zeros: a removed vector that has left the graph has left the file too.
/// </summary>
internal static class HnswFile
{
    public static HnswOptions OptionsOf(in SnapshotHeader header) => new()
    {
        M = header.M,
        EfConstruction = header.EfConstruction,
        EfSearch = header.EfSearch,
        Codes = header.Codes,
        Seed = header.Seed,
    };

    public static void Write(string path, byte[] tag, HnswOptions options, VectorSpace space, HnswGraph graph, SlotTable slots)
    {
        var header = new SnapshotHeader
        {
            Kind = SnapshotKind.Hnsw,
            Dimension = space.Dimension,
            Metric = space.Metric,
            Slots = slots.Limit,
            Live = slots.Live,
            M = options.M,
            EfConstruction = options.EfConstruction,
            EfSearch = options.EfSearch,
            Codes = options.Codes,
            Seed = options.Seed,
            EntrySlot = graph.Entry.Slot,
            EntryLevel = graph.Entry.Level,
        };
        HashSet<int> free = [.. slots.FreeSlots()];
        SnapshotWriter.Write(path, header, tag, writer =>
        {
            WriteColumn(writer, slots.Limit, slot => free.Contains(slot) ? 0 : slots.IdOf(slot));
            WriteColumn(writer, slots.Limit, slot => slots.StateOf(slot, free));
            WriteColumn(writer, slots.Limit, slot => (sbyte)LevelOf(slot));
            WriteRows(writer, slots.Limit, graph.Base, free);
            WriteRows(writer, slots.Limit, space.Vectors, free);
            if (space.Codes is not null)
                WriteRows(writer, slots.Limit, space.Codes, free);
            for (int slot = 0; slot < slots.Limit; slot++)
            {
                for (int level = 1; level <= LevelOf(slot); level++)
                    writer.Write((ReadOnlySpan<int>)graph.UpperRow(slot, level));
            }

            writer.EndSection();
        });

        int LevelOf(int slot) => free.Contains(slot) ? HnswGraph.Twin : graph.LevelOf(slot);
    }

    public static HnswIndex Read(
        string path,
        Func<SnapshotHeader, byte[], HnswIndex> create,
        Func<HnswIndex, (VectorSpace Space, HnswGraph Graph, SlotTable Slots, HnswRepair Repair)> parts)
    {
        using SnapshotReader reader = SnapshotReader.Open(path, SnapshotKind.Hnsw);
        HnswIndex index;
        try
        {
            index = create(reader.Header, reader.Tag);
        }
        catch (ArgumentOutOfRangeException invalid)
        {
            throw reader.Wrong($"its header is checked but makes no sense: {invalid.Message}");
        }

        (VectorSpace space, HnswGraph graph, SlotTable slots, HnswRepair repair) = parts(index);
        ReadSlots(reader, graph, slots);
        ReadRows(reader, slots.Limit, graph.Base);
        ReadRows(reader, slots.Limit, space.Vectors);
        if (space.Codes is not null)
            ReadRows(reader, slots.Limit, space.Codes);
        for (int slot = 0; slot < slots.Limit; slot++)
        {
            for (int level = 1; level <= graph.LevelOf(slot); level++)
                reader.Read(graph.UpperRow(slot, level));
        }

        reader.EndSection();
        reader.End();
        graph.Entry = (reader.Header.EntrySlot, reader.Header.EntryLevel);
        HnswFileCheck.Links(reader, graph, slots);
        graph.Restore(slots.Limit);
        repair.Restore(Enumerable.Range(0, slots.Limit).Where(slot => graph.LevelOf(slot) != HnswGraph.Twin && slots.IsDead(slot)));
        return index;
    }

    private static void ReadSlots(SnapshotReader reader, HnswGraph graph, SlotTable slots)
    {
        int count = reader.Header.Slots;
        var ids = new ulong[count];
        var states = new SlotState[count];
        var levels = new sbyte[count];
        reader.Read(ids.AsSpan());
        reader.EndSection();
        reader.Read(states.AsSpan());
        reader.EndSection();
        reader.Read(levels.AsSpan());
        reader.EndSection();
        for (int slot = 0; slot < count; slot++)
        {
            if (states[slot] > SlotState.Dead || levels[slot] is < HnswGraph.Twin or > HnswGraph.MaxLevel)
                throw reader.Wrong($"slot {slot} has state {states[slot]} and level {levels[slot]}.");
            if (!slots.Restore(ids[slot], states[slot]))
                throw reader.Wrong($"id {ids[slot]} is in it twice.");
            graph.Create(slot, levels[slot], reused: false);
        }

        if (slots.Live != reader.Header.Live)
            throw reader.Wrong($"it holds {slots.Live} vectors, and its header says {reader.Header.Live}.");
    }

    private static void WriteColumn<T>(SnapshotWriter writer, int count, Func<int, T> valueOf)
        where T : unmanaged
    {
        for (int slot = 0; slot < count; slot++)
        {
            T value = valueOf(slot);
            writer.Write(MemoryMarshal.CreateReadOnlySpan(ref value, 1));
        }

        writer.EndSection();
    }

    private static void WriteRows<T>(SnapshotWriter writer, int count, Rows<T> rows, HashSet<int> free)
        where T : unmanaged
    {
        var zeros = new T[rows.Stride];
        for (int row = 0; row < count; row++)
            writer.Write(free.Contains(row) ? zeros : (ReadOnlySpan<T>)rows.Span(row));
        writer.EndSection();
    }

    private static void ReadRows<T>(SnapshotReader reader, int count, Rows<T> rows)
        where T : unmanaged
    {
        for (int row = 0; row < count; row++)
            reader.Read(rows.Span(row));
        reader.EndSection();
    }
}
