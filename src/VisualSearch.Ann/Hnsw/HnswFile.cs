using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
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
    private const int SlotsAtOnce = 8192;

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
        try
        {
            return (reader.Header.Version == 1 ? HnswFileVersion1.Read(reader) : Read(reader), reader.Tag);
        }
        catch (AggregateException several)
        {
            // From sections read in parallel: the first one that failed says it all.
            ExceptionDispatchInfo.Throw(several.Flatten().InnerExceptions[0]);
            throw;
        }
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

    /// <summary>Takes the three sections that say what each slot is, and reads them.</summary>
    /// <returns>The reading, to be run once, after room has been made for the slots.</returns>
    public static Action TakeSlots(SnapshotReader reader, HnswCore core)
    {
        int count = reader.Header.Slots;
        (Section ids, Section states, Section levels) = (reader.Next<ulong>(count), reader.Next<SlotState>(count), reader.Next<sbyte>(count));
        return () =>
        {
            var (idsHere, statesHere, levelsHere) = (new ulong[SlotsAtOnce], new SlotState[SlotsAtOnce], new sbyte[SlotsAtOnce]);
            for (int first = 0; first < count; first += SlotsAtOnce)
            {
                int some = Math.Min(SlotsAtOnce, count - first);
                reader.Read(ids, first, idsHere.AsSpan(0, some));
                reader.Read(states, first, statesHere.AsSpan(0, some));
                reader.Read(levels, first, levelsHere.AsSpan(0, some));
                for (int i = 0; i < some; i++)
                    Restore(reader, core, first + i, idsHere[i], statesHere[i], levelsHere[i]);
            }

            if (core.Slots.Live != reader.Header.Live)
                throw reader.Wrong($"it holds {core.Slots.Live} vectors, and its header says {reader.Header.Live}.");
        };
    }

    /// <summary>Takes a section of rows, one a slot, whose reading is to be run once, after room has been made for them.</summary>
    public static Action TakeRows<T>(SnapshotReader reader, int count, Rows<T> rows)
        where T : unmanaged
    {
        Section section = reader.Next<T>((long)count * rows.Stride);
        int chunks = (count + rows.ChunkRows - 1) / rows.ChunkRows;
        return () => Parallel.For(0, chunks, chunk =>
        {
            int first = chunk * rows.ChunkRows, some = Math.Min(rows.ChunkRows, count - first);
            reader.Read(section, (long)first * rows.Stride, rows.Chunk(first, some));
        });
    }

    /// <summary>Sets the entry, checks the graph, and notes what was dead and not yet repaired.</summary>
    public static void Finish(SnapshotReader reader, HnswCore core)
    {
        reader.End();
        core.Graph.Entry = (reader.Header.EntrySlot, reader.Header.EntryLevel);
        HnswFileCheck.Links(reader, core.Graph, core.Slots);
        core.Repair.Restore(core.Slots.HasDead
            ? Enumerable.Range(0, core.Slots.Limit).Where(slot => core.Graph.LevelOf(slot) != HnswGraph.Twin && core.Slots.IsDead(slot))
            : []);
    }

    private static HnswCore Read(SnapshotReader reader)
    {
        int count = reader.Header.Slots;
        float[]? mean = null;
        if (reader.Header.HasMean != 0)
        {
            mean = new float[reader.Header.Dimension];
            reader.Read(reader.Next<float>(mean.Length), 0, mean.AsSpan());
        }

        var core = new HnswCore(reader.Header.Dimension, reader.Header.Metric, OptionsOf(reader), mean);
        Action slots = TakeSlots(reader, core), lists = TakeRows(reader, count, core.Graph.Base);
        Action codes = core.Space.Codes is { } rows ? TakeRows(reader, count, rows) : () => { };
        if (MappedVectors.IsSupported && count > 0)
            core.Space.Attach(reader.MapVectors(count), count);
        core.Slots.Reserve(count);

        // Half of the time goes to the system, which hands out zeroed pages; two threads do with half of it.
        Parallel.Invoke(slots, lists, codes);
        TakeRows(reader, core.Graph.UpperRows, core.Graph.Upper)();
        if (core.Space.IsMapped)
        {
            reader.SkipVectors();
        }
        else
        {
            reader.EndBlock();
            TakeRows(reader, count, core.Space.Vectors)();
        }

        Finish(reader, core);
        return core;
    }

    // See HnswFileCheck for the attribute.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Restore(SnapshotReader reader, HnswCore core, int slot, ulong id, SlotState state, sbyte level)
    {
        if (state > SlotState.Dead || level is < HnswGraph.Twin or > HnswGraph.MaxLevel)
            throw reader.Wrong($"slot {slot} has state {state} and level {level}.");
        if (!core.Slots.Restore(id, state))
            throw reader.Wrong($"id {id} is in it twice.");
        core.Graph.Restore(slot, level);
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
