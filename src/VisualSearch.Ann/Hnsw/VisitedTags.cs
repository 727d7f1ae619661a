using System.Runtime.CompilerServices;

namespace VisualSearch.Ann.Hnsw;

/// <summary>Which slots a walk has met: one byte a slot holds the number of the last walk that met it, so 255 walks share one clearing.</summary>
internal sealed class VisitedTags
{
    private byte[] _tags = [];
    private byte _walk;

    /// <summary>Starts a walk over slots 0 to <paramref name="slots"/> − 1, none of them met.</summary>
    public void Begin(int slots)
    {
        if (_tags.Length < slots)
        {
            // A quarter more than needed: a growing index would otherwise bring a new array with each search.
            _tags = new byte[slots + (slots / 4) + 1024];
            _walk = 0;
        }

        if (++_walk != 0)
            return;
        Array.Clear(_tags);
        _walk = 1;
    }

    /// <summary>Marks a slot.</summary>
    /// <returns>Whether this walk meets it for the first time.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryVisit(int slot)
    {
        if (_tags[slot] == _walk)
            return false;
        _tags[slot] = _walk;
        return true;
    }
}
