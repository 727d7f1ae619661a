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
        HnswCore core = HnswFile.Create(reader, HnswFile.OptionsOf(reader), mean: null);
        HnswFile.ReadSlots(reader, core);
        HnswFile.ReadRows(reader, core.Slots.Limit, core.Graph.Base);
        HnswFile.ReadRows(reader, core.Slots.Limit, core.Space.Vectors);
        if (core.Space.Codes is not null)
        {
            byte[] row = new byte[(core.Space.Dimension + TailBytes + RowAlignment - 1) / RowAlignment * RowAlignment];
            for (int slot = 0; slot < core.Slots.Limit; slot++)
            {
                reader.Read(row.AsSpan());
                core.Space.Encode(slot);
            }

            reader.EndSection();
        }

        HnswFile.ReadUpper(reader, core);
        HnswFile.Finish(reader, core);
        return core;
    }
}
