using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Quantization;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>Distance from one query to any slot, on a scale of its own: only the order matters while a graph is walked.</summary>
internal interface IScorer
{
    float Score(int slot);

    /// <summary>Asks for a row's cache lines before they are needed.</summary>
    void Prefetch(int slot);
}

/// <summary>−x·q over float32 rows: cosine (rows and query have unit length) and inner product.</summary>
internal readonly unsafe struct InnerProductScorer(RowView<float> rows, float* query, int dimension) : IScorer
{
    private readonly RowView<float> _rows = rows;
    private readonly float* _query = query;
    private readonly int _dimension = dimension;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Score(int slot) => -Dot.F32(_rows[slot], _query, _dimension);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int slot) => CacheLines.Prefetch((byte*)_rows[slot], _dimension * sizeof(float));
}

/// <summary>|x − q|² over float32 rows.</summary>
internal readonly unsafe struct EuclideanScorer(RowView<float> rows, float* query, int dimension) : IScorer
{
    private readonly RowView<float> _rows = rows;
    private readonly float* _query = query;
    private readonly int _dimension = dimension;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Score(int slot) => L2.F32(_rows[slot], _query, _dimension);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int slot) => CacheLines.Prefetch((byte*)_rows[slot], _dimension * sizeof(float));
}

/// <summary>½|x̂|² − x̂·q over codes, or −x̂·q for the inner product: see <see cref="Int8Codec"/>.</summary>
internal readonly unsafe struct CodeScorer(RowView<byte> rows, int rowBytes, sbyte* codes, CodeQuery query, int dimension, Metric metric) : IScorer
{
    private readonly RowView<byte> _rows = rows;
    private readonly sbyte* _codes = codes;
    private readonly int _rowBytes = rowBytes;
    private readonly int _dimension = dimension;
    private readonly float _scale = -query.Scale;
    private readonly float _offsetWeight = -query.Scale * query.Sum;
    private readonly float _normWeight = metric == Metric.Dot ? 0 : 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Score(int slot)
    {
        byte* row = _rows[slot];
        CodeTail* tail = Int8Codec.Tail(row, _rowBytes);
        float products = Dot.U7I8(row, _codes, _dimension);
        return (_normWeight * tail->HalfSquaredNorm) + (_offsetWeight * tail->Offset) + (_scale * tail->Scale * products);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int slot) => CacheLines.Prefetch(_rows[slot], _rowBytes);
}

internal static unsafe class CacheLines
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* start, int bytes)
    {
        if (!Sse.IsSupported)
            return;
        for (int i = 0; i < bytes; i += 64)
            Sse.Prefetch0(start + i);
    }
}
