using System.Runtime.InteropServices;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>
/// An HNSW index on disk. Sections of the body, each with one entry a slot but upper and mean:
/// <code>
/// mean     f32 × dimension (when codes are centred)
/// ids      u64            states  u8 (SlotState)      levels  i8 (−1: a twin, or free)
/// base     i32 × (2 + 2M)         codes   u8 × row bytes (when the index has codes)
/// upper    i32 × (2 + M) for each level above 0 of each slot, in slot order
/// vectors  f32 × dimension, from a multiple of 64 KiB on: the part that is mapped
/// </code>
/// Free slots are written as zeros: a removed vector that has left the graph has left the file too.
/// </summary>
internal static unsafe class HnswFile
{
    public static void Write(string path, byte[] tag, HnswImage image)
    {
        (HnswGraph graph, VectorSpace space, HnswOptions options) = (image.Graph, image.Core.Space, image.Core.Options);
        bool centred = space.Codec is { Mean.IsEmpty: false };
        var header = new SnapshotHeader
        {
            Kind = SnapshotKind.Hnsw,
            Dimension = space.Dimension,
            Metric = space.Metric,
            Slots = image.Slots,
            Live = image.Live,
            M = options.M,
            EfConstruction = options.EfConstruction,
            EfSearch = options.EfSearch,
            Alpha = options.Alpha,
            Oversampling = options.Oversampling,
            Codes = options.Codes,
            Seed = options.Seed,
            EntrySlot = graph.Entry.Slot,
            EntryLevel = graph.Entry.Level,
            HasMean = centred ? 1 : 0,
        };
        SnapshotWriter.Write(path, header, tag, writer =>
        {
            if (centred)
            {
                writer.Write(space.Codec!.Mean);
                writer.EndSection();
            }

            WriteColumn(writer, image.Slots, slot => image.IsFree(slot) ? 0 : image.Core.Slots.IdOf(slot));
            WriteColumn(writer, image.Slots, image.StateOf);
            WriteColumn(writer, image.Slots, slot => (sbyte)image.LevelOf(slot));
            WriteRows<int>(writer, image, graph.Base.Stride, slot => graph.Base[slot]);
            if (space.Codes is not null)
                WriteRows<byte>(writer, image, space.Codes.Stride, slot => space.Codes[slot]);
            for (int slot = 0; slot < image.Slots; slot++)
            {
                for (int level = 1; level <= image.LevelOf(slot); level++)
                    writer.Write((ReadOnlySpan<int>)graph.UpperRow(slot, level));
            }

            writer.EndBlock();
            WriteRows<float>(writer, image, space.Dimension, space.Vector);
        });
    }

    public static (HnswCore Core, byte[] Tag) Read(string path)
    {
        using SnapshotReader reader = SnapshotReader.Open(path, SnapshotKind.Hnsw);
        return (reader.Header.Version == 1 ? HnswFileVersion1.Read(reader) : Read(reader), reader.Tag);
    }

    /// <summary>A core without rows, as a header describes it.</summary>
    public static HnswCore Create(SnapshotReader reader, HnswOptions options, float[]? mean)
    {
        var core = new HnswCore(reader.Header.Dimension, reader.Header.Metric, options, mean);
        if (MappedVectors.IsSupported && reader.Header.Version > 1 && reader.Header.Slots > 0)
            core.Space.Attach(reader.MapVectors(reader.Header.Slots), reader.Header.Slots);
        core.Slots.Reserve(reader.Header.Slots);
        return core;
    }

    /// <summary>The options in a header.</summary>
    /// <exception cref="CorruptIndexException">They make no sense.</exception>
    public static HnswOptions OptionsOf(SnapshotReader reader)
    {
        SnapshotHeader header = reader.Header;
        try
        {
            var options = new HnswOptions
            {
                M = header.M,
                EfConstruction = header.EfConstruction,
                EfSearch = header.EfSearch,
                Codes = header.Codes,
                Seed = header.Seed,
            };
            return header.Version == 1 ? options : options with { Alpha = header.Alpha, Oversampling = header.Oversampling };
        }
        catch (ArgumentOutOfRangeException invalid)
        {
            throw reader.Wrong($"its header is checked but makes no sense: {invalid.Message}");
        }
    }

    public static void ReadSlots(SnapshotReader reader, HnswCore core)
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
            if (!core.Slots.Restore(ids[slot], states[slot]))
                throw reader.Wrong($"id {ids[slot]} is in it twice.");
            core.Graph.Create(slot, levels[slot], reused: false);
        }

        if (core.Slots.Live != reader.Header.Live)
            throw reader.Wrong($"it holds {core.Slots.Live} vectors, and its header says {reader.Header.Live}.");
    }

    public static void ReadRows<T>(SnapshotReader reader, int count, Rows<T> rows)
        where T : unmanaged
    {
        for (int row = 0; row < count; row++)
            reader.Read(rows.Span(row));
        reader.EndSection();
    }

    public static void ReadUpper(SnapshotReader reader, HnswCore core)
    {
        for (int slot = 0; slot < core.Slots.Limit; slot++)
        {
            for (int level = 1; level <= core.Graph.LevelOf(slot); level++)
                reader.Read(core.Graph.UpperRow(slot, level));
        }

        reader.EndSection();
    }

    /// <summary>Sets the entry, checks the graph, and notes what was dead and not yet repaired.</summary>
    public static void Finish(SnapshotReader reader, HnswCore core)
    {
        reader.End();
        core.Graph.Entry = (reader.Header.EntrySlot, reader.Header.EntryLevel);
        HnswFileCheck.Links(reader, core.Graph, core.Slots);
        core.Repair.Restore(Enumerable.Range(0, core.Slots.Limit)
            .Where(slot => core.Graph.LevelOf(slot) != HnswGraph.Twin && core.Slots.IsDead(slot)));
    }

    private static HnswCore Read(SnapshotReader reader)
    {
        float[]? mean = null;
        if (reader.Header.HasMean != 0)
        {
            mean = new float[reader.Header.Dimension];
            reader.Read(mean.AsSpan());
            reader.EndSection();
        }

        HnswCore core = Create(reader, OptionsOf(reader), mean);
        ReadSlots(reader, core);
        ReadRows(reader, core.Slots.Limit, core.Graph.Base);
        if (core.Space.Codes is not null)
            ReadRows(reader, core.Slots.Limit, core.Space.Codes);
        ReadUpper(reader, core);
        reader.EndBlock();
        if (core.Space.IsMapped)
            reader.SkipVectors();
        else
            ReadRows(reader, core.Slots.Limit, core.Space.Vectors);
        Finish(reader, core);
        return core;
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

    private static void WriteRows<T>(SnapshotWriter writer, HnswImage image, int stride, RowOf<T> rowOf)
        where T : unmanaged
    {
        var zeros = new T[stride];
        for (int row = 0; row < image.Slots; row++)
            writer.Write(image.IsFree(row) ? zeros : new ReadOnlySpan<T>(rowOf(row), stride));
        writer.EndSection();
    }

    private delegate T* RowOf<T>(int slot)
        where T : unmanaged;
}
