using System.Collections.Concurrent;

namespace VisualSearch.Search.Catalog;

/// <summary>Connections to read a catalog, one per thread that reads at the moment, kept for the next.</summary>
internal sealed class CatalogReaders(Func<CatalogReader> open) : IDisposable
{
    private readonly ConcurrentBag<CatalogReader> idle = [];
    private volatile bool disposed;

    /// <summary>Runs a piece of work on a connection of its own.</summary>
    public T Use<T>(Func<CatalogReader, T> work)
    {
        ObjectDisposedException.ThrowIf(disposed, typeof(Stores.EmbeddedStore));
        if (!idle.TryTake(out CatalogReader? reader))
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
                idle.Add(reader);
        }
    }

    public void Dispose()
    {
        disposed = true;
        while (idle.TryTake(out CatalogReader? reader))
            reader.Dispose();
    }
}
