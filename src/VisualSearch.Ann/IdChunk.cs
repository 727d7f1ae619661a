using System.Numerics;

namespace VisualSearch.Ann;

/// <summary>Up to 65,536 ids that share their upper bits: a sorted list of the lower 16 bits, or a bitmap once that is smaller.</summary>
internal sealed class IdChunk
{
    /// <summary>Lower bits of an id that a chunk tells apart.</summary>
    public const int Bits = 16;

    // 4096 × 2 bytes is what the bitmap takes.
    private const int MostInList = 4096;
    private const int Words = (1 << Bits) / 64;

    private ushort[] _list = [];
    private ulong[]? _bitmap;

    public int Count { get; private set; }

    public bool Contains(ushort value) => _bitmap is { } bitmap
        ? (bitmap[value >> 6] >> (value & 63) & 1) != 0
        : Find(value) >= 0;

    public bool Add(ushort value)
    {
        if (_bitmap is { } bitmap)
        {
            ulong bit = 1UL << (value & 63);
            if ((bitmap[value >> 6] & bit) != 0)
                return false;
            bitmap[value >> 6] |= bit;
            Count++;
            return true;
        }

        int at = Count > 0 && _list[Count - 1] < value ? ~Count : Find(value);
        if (at >= 0)
            return false;
        if (Count == MostInList)
        {
            UseBitmap();
            return Add(value);
        }

        at = ~at;
        if (Count == _list.Length)
            Array.Resize(ref _list, Math.Clamp(_list.Length * 2, 4, MostInList));
        Array.Copy(_list, at, _list, at + 1, Count - at);
        _list[at] = value;
        Count++;
        return true;
    }

    public bool Remove(ushort value)
    {
        if (!Contains(value))
            return false;
        if (_bitmap is { } bitmap)
        {
            bitmap[value >> 6] &= ~(1UL << (value & 63));
            Count--;
            UseListIfSmall();
            return true;
        }

        int at = Find(value);
        Array.Copy(_list, at + 1, _list, at, Count - at - 1);
        Count--;
        return true;
    }

    public void UnionWith(IdChunk other)
    {
        if (Count + other.Count > MostInList)
        {
            UseBitmap();
            if (other._bitmap is { } theirs)
            {
                for (int word = 0; word < Words; word++)
                    _bitmap![word] |= theirs[word];
                Recount();
                return;
            }
        }

        int position = 0;
        while (other.TryNext(ref position, out ushort value))
            Add(value);
        UseListIfSmall();
    }

    public void IntersectWith(IdChunk other) => Keep(other, wanted: true);

    public void ExceptWith(IdChunk other) => Keep(other, wanted: false);

    public IdChunk Copy() => new()
    {
        Count = Count,
        _list = (ushort[])_list.Clone(),
        _bitmap = (ulong[]?)_bitmap?.Clone(),
    };

    /// <summary>Reads the next value at or after <paramref name="position"/>, an opaque cursor that starts at 0.</summary>
    public bool TryNext(ref int position, out ushort value)
    {
        value = 0;
        if (_bitmap is null)
        {
            if (position >= Count)
                return false;
            value = _list[position++];
            return true;
        }

        while (position < 1 << Bits)
        {
            ulong rest = _bitmap[position >> 6] >> (position & 63);
            if (rest != 0)
            {
                position += BitOperations.TrailingZeroCount(rest);
                value = (ushort)position++;
                return true;
            }

            position = (position | 63) + 1;
        }

        return false;
    }

    private void Keep(IdChunk other, bool wanted)
    {
        if (_bitmap is { } mine && other._bitmap is { } theirs)
        {
            for (int word = 0; word < Words; word++)
                mine[word] &= wanted ? theirs[word] : ~theirs[word];
            Recount();
            return;
        }

        if (_bitmap is not null)
        {
            // A bitmap met by a list: only the list's own values can stay (or can go).
            var kept = new IdChunk();
            int cursor = 0;
            while (other.TryNext(ref cursor, out ushort value))
            {
                if (wanted && Contains(value))
                    kept.Add(value);
                else if (!wanted && _bitmap is not null && Contains(value))
                    ClearBit(value);
            }

            if (wanted)
                (Count, _list, _bitmap) = (kept.Count, kept._list, kept._bitmap);
            else
                UseListIfSmall();
            return;
        }

        int write = 0;
        for (int read = 0; read < Count; read++)
        {
            if (other.Contains(_list[read]) == wanted)
                _list[write++] = _list[read];
        }

        Count = write;
    }

    private void ClearBit(ushort value)
    {
        _bitmap![value >> 6] &= ~(1UL << (value & 63));
        Count--;
    }

    private void UseBitmap()
    {
        if (_bitmap is not null)
            return;
        var bitmap = new ulong[Words];
        for (int i = 0; i < Count; i++)
            bitmap[_list[i] >> 6] |= 1UL << (_list[i] & 63);
        (_bitmap, _list) = (bitmap, []);
    }

    private void Recount()
    {
        Count = 0;
        foreach (ulong word in _bitmap!)
            Count += BitOperations.PopCount(word);
        UseListIfSmall();
    }

    // Half of the switch-over size, so that a chunk at the border does not change its kind with every call.
    private void UseListIfSmall()
    {
        if (_bitmap is null || Count > MostInList / 2)
            return;
        var list = new ushort[Count];
        int position = 0;
        for (int i = 0; i < list.Length; i++)
        {
            TryNext(ref position, out ushort value);
            list[i] = value;
        }

        (_list, _bitmap) = (list, null);
    }

    private int Find(ushort value) => Array.BinarySearch(_list, 0, Count, value);
}
