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

/// <summary>The sum of products that a kind of codes calls for.</summary>
internal interface ICodeKernel
{
    static abstract unsafe int Dot(byte* codes, sbyte* query, int length);
}

internal readonly struct Int8Kernel : ICodeKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe int Dot(byte* codes, sbyte* query, int length) => Kernels.Dot.U7I8(codes, query, length);
}

internal readonly struct Int4Kernel : ICodeKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe int Dot(byte* codes, sbyte* query, int length) => Kernels.Dot.U4I8(codes, query, length);
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
        CodeTail* tail = VectorCodec.Tail(row, _rowBytes);
        float products = TKernel.Dot(row, _codes, _length);
        return tail->HalfSquaredNorm + (_offsetWeight * tail->Offset) + (_scale * tail->Scale * products);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(int slot) => CacheLines.Prefetch(_rows[slot], _rowBytes);
}

internal static unsafe class CacheLines
{
    public const int Size = 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(byte* start, int bytes)
    {
        if (!Sse.IsSupported)
            return;
        for (byte* line = (byte*)((nint)start & -Size); line < start + bytes; line += Size)
            Sse.Prefetch0(line);
    }
}
