using System.Numerics;
using System.Runtime.CompilerServices;

namespace VisualSearch.Ann.Storage;

/// <summary>Something with one row a slot, which grows along with the slots.</summary>
internal interface IRowStore
{
    /// <summary>Makes room for rows 0 to <paramref name="rows"/> − 1. Only the writer calls this.</summary>
    void EnsureCapacity(int rows);
}

/// <summary>
/// Fixed-stride rows in chunks of about a mebibyte that never move, so a reader keeps its pointers while the writer adds chunks. Chunks
/// that are asked for together are one block of memory. New rows hold whatever was there; the writer fills a row before it publishes the slot.
/// </summary>
internal sealed unsafe class Rows<T> : IRowStore
    where T : unmanaged
{
    private const int ChunkBytes = 1 << 20;

    private readonly List<MemoryBlock> _blocks = [];
    private readonly int _shift;
    private nint[] _table = [];

    /// <param name="stride">Elements a row.</param>
    public Rows(int stride)
    {
        Stride = stride;
        _shift = BitOperations.Log2((uint)Math.Clamp(ChunkBytes / RowBytes, 1, 1 << 16));
    }

    public int Stride { get; }

    public int RowBytes => Stride * sizeof(T);

    /// <summary>Rows that a chunk holds.</summary>
    public int ChunkRows => 1 << _shift;

    public long AllocatedBytes => _blocks.Sum(block => block.AllocatedBytes);

    public T* this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => View()[row];
    }

    /// <summary>The rows that exist now, with one load less for each access.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowView<T> View() => new(Volatile.Read(ref _table), _shift, RowBytes);

    /// <summary>The rows of a chunk, whose first one this is, as one span of memory.</summary>
    /// <param name="first">A multiple of <see cref="ChunkRows"/>.</param>
    /// <param name="rows">At most <see cref="ChunkRows"/>.</param>
    public Span<T> Chunk(int first, int rows) => new(this[first], rows * Stride);

    /// <summary>A row as a span, for code that copies.</summary>
    public Span<T> Span(int row) => new(this[row], Stride);

    public void EnsureCapacity(int rows)
    {
        int chunks = (int)(((long)rows + ChunkRows - 1) >> _shift) - _table.Length;
        if (chunks <= 0)
            return;
        long chunkBytes = (long)RowBytes << _shift;
        var block = new MemoryBlock(chunks * chunkBytes);
        _blocks.Add(block);
        Append(block.Start, chunks);
    }

    /// <summary>Takes rows that lie one after the other in memory of somebody else's, who keeps it; only as the first rows.</summary>
    public void Attach(T* start, int rows)
    {
        if (_table.Length > 0)
            throw new InvalidOperationException("There are rows already; foreign rows can only be the first.");
        Append((byte*)start, (int)(((long)rows + ChunkRows - 1) >> _shift));
    }

    /// <summary>Copies the first rows of another store with the same stride; only as the first rows.</summary>
    public void CopyFrom(Rows<T> other, int rows)
    {
        EnsureCapacity(rows);
        for (int row = 0; row < rows; row += ChunkRows)
        {
            long bytes = (long)Math.Min(ChunkRows, rows - row) * RowBytes;
            Buffer.MemoryCopy(other[row], this[row], bytes, bytes);
        }
    }

    private void Append(byte* start, int chunks)
    {
        int before = _table.Length;
        var grown = new nint[before + chunks];
        _table.CopyTo(grown, 0);
        for (int i = 0; i < chunks; i++)
            grown[before + i] = (nint)(start + (((long)RowBytes << _shift) * i));
        Volatile.Write(ref _table, grown);
    }
}

/// <summary>Rows as they were when the view was taken. Valid while the <see cref="Rows{T}"/> it came from is reachable.</summary>
internal readonly unsafe struct RowView<T>(nint[] table, int shift, int rowBytes)
    where T : unmanaged
{
    private readonly nint[] _table = table;
    private readonly int _shift = shift;
    private readonly int _mask = (1 << shift) - 1;
    private readonly nint _rowBytes = rowBytes;

    public T* this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (T*)(_table[row >> _shift] + ((row & _mask) * _rowBytes));
    }
}
