using System.Collections.Concurrent;

namespace VisualSearch.Search.Catalog;

/// <summary>Connections to read a catalog, one per thread that reads at the moment, kept for the next.</summary>
/// <remarks>
/// A busy server opens some twenty. Each has SQLite's usual page cache of 2 MB: with 16 MiB a server under load grew from 245 to 618 MB within
/// minutes, and searches took as long (10.6 and 10.5 ms), since the system's own cache has the pages. The one given back last is taken first.
/// </remarks>
internal sealed class CatalogReaders(Func<CatalogReader> open) : IDisposable
{
    private readonly ConcurrentStack<CatalogReader> idle = [];
    private volatile bool disposed;

    /// <summary>Runs a piece of work on a connection of its own.</summary>
    public T Use<T>(Func<CatalogReader, T> work)
    {
        ObjectDisposedException.ThrowIf(disposed, typeof(Stores.EmbeddedStore));
        if (!idle.TryPop(out CatalogReader? reader))
            reader = open();
        try
        {
            return work(reader);
        }
        finally
        {
            if (disposed)
                reader.Dispose();
            else
                idle.Push(reader);
        }
    }

    public void Dispose()
    {
        disposed = true;
        while (idle.TryPop(out CatalogReader? reader))
            reader.Dispose();
    }
}
