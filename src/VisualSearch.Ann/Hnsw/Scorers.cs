using System.Runtime.CompilerServices;
using VisualSearch.Ann.Kernels;
using VisualSearch.Ann.Quantization;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann.Hnsw;

/// <summary>Distance from one query to any slot, on a scale of its own: only the order matters while a graph is walked.</summary>
internal interface IScorer
{
    float Score(int slot);

    /// <summary>The same for four slots, whose rows are read side by side.</summary>
    unsafe void ScoreFour(int* slots, float* distances);

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
    public void ScoreFour(int* slots, float* distances)
    {
        for (int i = 0; i < 4; i++)
            distances[i] = Score(slots[i]);
    }

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
    public void ScoreFour(int* slots, float* distances)
    {
        for (int i = 0; i < 4; i++)
            distances[i] = Score(slots[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int slot) => CacheLines.Prefetch((byte*)_rows[slot], _dimension * sizeof(float));
}

/// <summary>The sum of products that a kind of codes calls for.</summary>
internal interface ICodeKernel
{
    static abstract unsafe int Dot(byte* codes, sbyte* query, int length);

    static abstract unsafe void DotFour(byte* row0, byte* row1, byte* row2, byte* row3, sbyte* query, int length, int* sums);
}

internal readonly struct Int8Kernel : ICodeKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe int Dot(byte* codes, sbyte* query, int length) => Kernels.Dot.U7I8(codes, query, length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void DotFour(byte* row0, byte* row1, byte* row2, byte* row3, sbyte* query, int length, int* sums) =>
        Kernels.Dot.U7I8x4(row0, row1, row2, row3, query, length, sums);
}

internal readonly struct Int4Kernel : ICodeKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe int Dot(byte* codes, sbyte* query, int length) => Kernels.Dot.U4I8(codes, query, length);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void DotFour(byte* row0, byte* row1, byte* row2, byte* row3, sbyte* query, int length, int* sums)
    {
        sums[0] = Dot(row0, query, length);
        sums[1] = Dot(row1, query, length);
        sums[2] = Dot(row2, query, length);
        sums[3] = Dot(row3, query, length);
    }
}

/// <summary>½|ĉ|² − ĉ·p over codes: see <see cref="VectorCodec"/>.</summary>
internal readonly unsafe struct CodeScorer<TKernel>(RowView<byte> rows, VectorCodec codec, sbyte* codes, CodeQuery query) : IScorer
    where TKernel : struct, ICodeKernel
{
    private readonly RowView<byte> _rows = rows;
    private readonly sbyte* _codes = codes;
    private readonly int _rowBytes = codec.RowBytes;
    private readonly int _length = codec.QueryBytes;
    private readonly float _scale = -query.Scale;
    private readonly float _offsetWeight = -query.Scale * query.Sum;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Score(int slot)
    {
        byte* row = _rows[slot];
        return Distance(row, TKernel.Dot(row, _codes, _length));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ScoreFour(int* slots, float* distances)
    {
        byte* row0 = _rows[slots[0]], row1 = _rows[slots[1]], row2 = _rows[slots[2]], row3 = _rows[slots[3]];
        int* products = stackalloc int[4];
        TKernel.DotFour(row0, row1, row2, row3, _codes, _length, products);
        distances[0] = Distance(row0, products[0]);
        distances[1] = Distance(row1, products[1]);
        distances[2] = Distance(row2, products[2]);
        distances[3] = Distance(row3, products[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int slot) => CacheLines.Prefetch(_rows[slot], _rowBytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private float Distance(byte* row, float products)
    {
        CodeTail* tail = VectorCodec.Tail(row, _rowBytes);
        return tail->HalfSquaredNorm + (_offsetWeight * tail->Offset) + (_scale * tail->Scale * products);
    }
}
