namespace VisualSearch.Search.Stores;

/// <summary>
/// The vector index of a store, in memory from when it is needed: an upload of one picture should not read and save the vectors
/// of a million. What is written before that the index finds in the catalog.
/// </summary>
/// <param name="writing">Held while a batch goes from its commit into the index; opened in between, the index would miss it.</param>
/// <param name="open">Opens the index up to the catalog's present state.</param>
internal sealed class DeferredIndex(Lock writing, Func<VisualIndex> open) : IDisposable
{
    private volatile VisualIndex? loaded;
    private long waiting;

    /// <summary>The index if it is in memory.</summary>
    public VisualIndex? Loaded => loaded;

    /// <summary>The index, loaded now if it was not.</summary>
    public VisualIndex Value
    {
        get
        {
            if (loaded is VisualIndex index)
                return index;
            lock (writing)
                return loaded ??= open();
        }
    }

    /// <summary>Hands a committed change on.</summary>
    /// <param name="changes">How many items it adds, replaces or removes.</param>
    /// <param name="apply">Applies it; false when the index lacks an earlier change.</param>
    /// <param name="catchUp">Brings the index up to the catalog's present state.</param>
    public void Apply(int changes, Func<VisualIndex, bool> apply, Action<VisualIndex> catchUp)
    {
        if (loaded is VisualIndex index)
        {
            if (!apply(index))
                catchUp(index);
            return;
        }
        waiting += changes;
        // From here on it is built alongside, so that the end of a long run need not wait for all of it.
        if (waiting >= VisualIndex.ChangesWorthSaving)
            _ = Value;
    }

    /// <summary>Saves the snapshot if there is something to save.</summary>
    public void Save()
    {
        if (waiting == 0 && loaded is null or { IsSaved: true })
            return;
        Value.Save();
        waiting = 0;
    }

    public void Dispose() => loaded?.Dispose();
}
