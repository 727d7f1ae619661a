using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>
/// Reads index files of format version 1. Their body: ids, states, levels, base, vectors, codes, upper. The codes are made again from the
/// vectors, because their rows had another layout: <c>[codes: dimension][padding][scale, offset, half squared norm]</c>, a multiple of 64.
/// </summary>
internal static class HnswFileVersion1
{
    private const int TailBytes = 12;
    private const int RowAlignment = 64;

    public static HnswCore Read(SnapshotReader reader)
    {
        int count = reader.Header.Slots;
        var core = new HnswCore(reader.Header.Dimension, reader.Header.Metric, HnswFile.OptionsOf(reader));
        Action slots = HnswFile.TakeSlots(reader, core), lists = HnswFile.TakeRows(reader, count, core.Graph.Base);
        Action vectors = HnswFile.TakeRows(reader, count, core.Space.Vectors);
        core.Slots.Reserve(count);
        Parallel.Invoke(slots, lists, vectors);
        if (core.Space.Codes is not null)
        {
            byte[] row = new byte[(core.Space.Dimension + TailBytes + RowAlignment - 1) / RowAlignment * RowAlignment];
            Section old = reader.Next<byte>((long)count * row.Length);
            for (int slot = 0; slot < count; slot++)
            {
                reader.Read(old, (long)slot * row.Length, row.AsSpan());
                core.Space.Encode(slot);
            }
        }

        HnswFile.TakeRows(reader, core.Graph.UpperRows, core.Graph.Upper)();
        HnswFile.Finish(reader, core);
        return core;
    }
}
