using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace VisualSearch.Ann.Kernels;

/// <summary>
/// Inner products of a block of rows with a panel of queries, as a matrix product does it (Goto and van de Geijn 2008). A panel holds
/// as many queries as two registers have lanes, interleaved: value i of every query lies side by side. Then one value of a row, copied to
/// all lanes, meets all queries of the panel at once:
/// <code>
///                       panel: query 0..7   query 8..15      (eight lanes)
/// row 0, value i  ──►   sum(0, 0..7)   +=   sum(0, 8..15)  +=
///   ⋮                        ⋮                   ⋮
/// row 5, value i  ──►   sum(5, 0..7)   +=   sum(5, 8..15)  +=
/// </code>
/// Six rows by two registers are twelve sums, which with the two of the panel and one for the row's value are 15 of AVX2's 16 registers;
/// each step of twelve multiply-adds loads eight times, where a row-by-row dot product would load 24 times.
/// </summary>
internal static unsafe class ScoreBlock
{
    /// <summary>Rows that are scored together. A block's room for sums is rounded up to a multiple of it.</summary>
    public const int TileRows = 6;

    // 256 values of a panel of 16 queries are 16 KiB: half of the first-level cache.
    private const int SliceValues = 256;

    /// <summary>Queries in a panel.</summary>
    public static int PanelQueries =>
        Vector512.IsHardwareAccelerated ? 32 : Vector256.IsHardwareAccelerated ? 16 : Vector128.IsHardwareAccelerated ? 8 : 2;

    /// <summary>Interleaves <paramref name="count"/> queries, at most <see cref="PanelQueries"/>, and fills up with zeros.</summary>
    public static void Pack(float* queries, int count, int dimension, float* panel) => Pack(queries, count, dimension, panel, PanelQueries);

    /// <summary><paramref name="sums"/>[r·<see cref="PanelQueries"/> + q] = Σ rowᵣ,ᵢ·query_q,ᵢ.</summary>
    /// <param name="rows">A pointer to each row. Pointers up to the next multiple of <see cref="TileRows"/> must be readable rows too.</param>
    /// <param name="count">Rows.</param>
    /// <param name="panel">As <see cref="Pack(float*, int, int, float*)"/> leaves it.</param>
    /// <param name="dimension">Values of a row.</param>
    /// <param name="sums">Room for the rows, rounded up to a multiple of <see cref="TileRows"/>.</param>
    public static void F32(float** rows, int count, float* panel, int dimension, float* sums)
    {
        if (Vector512.IsHardwareAccelerated)
            F32<Lanes512, Vector512<float>>(rows, count, panel, dimension, sums);
        else if (Vector256.IsHardwareAccelerated)
            F32<Lanes256, Vector256<float>>(rows, count, panel, dimension, sums);
        else if (Vector128.IsHardwareAccelerated)
            F32<Lanes128, Vector128<float>>(rows, count, panel, dimension, sums);
        else
            F32<Lanes1, float>(rows, count, panel, dimension, sums);
    }

    /// <summary>Which of the panel's queries have sum + limit ≥ term: one bit each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Reached(float* sums, float* limits, float term)
    {
        if (Vector512.IsHardwareAccelerated)
            return Reached<Lanes512, Vector512<float>>(sums, limits, term);
        if (Vector256.IsHardwareAccelerated)
            return Reached<Lanes256, Vector256<float>>(sums, limits, term);
        return Vector128.IsHardwareAccelerated
            ? Reached<Lanes128, Vector128<float>>(sums, limits, term)
            : Reached<Lanes1, float>(sums, limits, term);
    }

    internal static void Pack(float* queries, int count, int dimension, float* panel, int panelQueries)
    {
        new Span<float>(panel, dimension * panelQueries).Clear();
        for (int q = 0; q < count; q++)
        {
            for (int i = 0; i < dimension; i++)
                panel[((long)i * panelQueries) + q] = queries[((long)q * dimension) + i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Reached<TLanes, TVector>(float* sums, float* limits, float term)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : struct
    {
        int width = TLanes.Width;
        TVector terms = TLanes.Broadcast(term);
        uint low = TLanes.AtLeast(TLanes.Add(TLanes.Load(sums), TLanes.Load(limits)), terms);
        uint high = TLanes.AtLeast(TLanes.Add(TLanes.Load(sums + width), TLanes.Load(limits + width)), terms);
        return low | (high << width);
    }

    internal static void F32<TLanes, TVector>(float** rows, int count, float* panel, int dimension, float* sums)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : struct
    {
        int panelQueries = 2 * TLanes.Width;
        for (int from = 0; from < dimension; from += SliceValues)
        {
            int length = Math.Min(SliceValues, dimension - from);
            for (int row = 0; row < count; row += TileRows)
                Tile<TLanes, TVector>(rows + row, from, panel + ((long)from * panelQueries), length, sums + (row * panelQueries));
        }
    }

    private static void Tile<TLanes, TVector>(float** rows, int from, float* panel, int length, float* sums)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : struct
    {
        int width = TLanes.Width;
        float* row0 = rows[0] + from, row1 = rows[1] + from, row2 = rows[2] + from;
        float* row3 = rows[3] + from, row4 = rows[4] + from, row5 = rows[5] + from;
        TVector low0 = default, low1 = default, low2 = default, low3 = default, low4 = default, low5 = default;
        TVector high0 = default, high1 = default, high2 = default, high3 = default, high4 = default, high5 = default;
        for (nint i = 0; i < length; i++, panel += 2 * width)
        {
            TVector low = TLanes.Load(panel), high = TLanes.Load(panel + width);
            TVector value = TLanes.Broadcast(row0[i]);
            low0 = TLanes.MultiplyAdd(value, low, low0);
            high0 = TLanes.MultiplyAdd(value, high, high0);
            value = TLanes.Broadcast(row1[i]);
            low1 = TLanes.MultiplyAdd(value, low, low1);
            high1 = TLanes.MultiplyAdd(value, high, high1);
            value = TLanes.Broadcast(row2[i]);
            low2 = TLanes.MultiplyAdd(value, low, low2);
            high2 = TLanes.MultiplyAdd(value, high, high2);
            value = TLanes.Broadcast(row3[i]);
            low3 = TLanes.MultiplyAdd(value, low, low3);
            high3 = TLanes.MultiplyAdd(value, high, high3);
            value = TLanes.Broadcast(row4[i]);
            low4 = TLanes.MultiplyAdd(value, low, low4);
            high4 = TLanes.MultiplyAdd(value, high, high4);
            value = TLanes.Broadcast(row5[i]);
            low5 = TLanes.MultiplyAdd(value, low, low5);
            high5 = TLanes.MultiplyAdd(value, high, high5);
        }

        Put<TLanes, TVector>(low0, high0, sums, from);
        Put<TLanes, TVector>(low1, high1, sums + (2 * width), from);
        Put<TLanes, TVector>(low2, high2, sums + (4 * width), from);
        Put<TLanes, TVector>(low3, high3, sums + (6 * width), from);
        Put<TLanes, TVector>(low4, high4, sums + (8 * width), from);
        Put<TLanes, TVector>(low5, high5, sums + (10 * width), from);
    }

    // The first slice sets a row's sums, the others add to them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put<TLanes, TVector>(TVector low, TVector high, float* sums, int from)
        where TLanes : struct, IFloatLanes<TVector>
        where TVector : struct
    {
        if (from > 0)
        {
            low = TLanes.Add(low, TLanes.Load(sums));
            high = TLanes.Add(high, TLanes.Load(sums + TLanes.Width));
        }

        TLanes.Store(low, sums);
        TLanes.Store(high, sums + TLanes.Width);
    }
}
