namespace VisualSearch.Search.Stores;

/// <summary>A store as a server keeps it open, while others change the collection, switch it to another generation, or drop it.</summary>
public interface IServedStore : IStore
{
    /// <summary>The collection's name.</summary>
    string Name { get; }

    /// <summary>The model that this store's vectors come from.</summary>
    ModelIdentity Model { get; }

    /// <summary>Where the model was when the vectors were made; a hint, empty when unknown.</summary>
    string ModelFolder { get; }

    /// <summary>The generation that this store reads.</summary>
    int Generation { get; }

    /// <summary>Whether the collection was dropped, or made anew, since this store was opened to read.</summary>
    bool IsReplaced { get; }

    /// <summary>Whether another generation runs since this store was opened to read. It goes on answering from its own.</summary>
    bool IsSuperseded { get; }

    /// <summary>Raised once, from any thread, when it is noticed that another generation runs. A store that only notices when it is asked never raises it.</summary>
    event Action? Superseded;

    /// <summary>
    /// What can be found now, as a text that differs after every change: two searches with the same state around them find the same. Null while
    /// a change is on its way into an index.
    /// </summary>
    string? SearchableState { get; }

    /// <summary>Lets a store that was opened to read change the collection until the result is disposed. A server takes an upload this way.</summary>
    /// <exception cref="WriterBusyException">Another process, or another part of this one, is changing the collection.</exception>
    /// <exception cref="CollectionReplacedException">The collection was dropped meanwhile.</exception>
    /// <exception cref="GenerationSwitchedException">Another generation runs meanwhile; open the collection again.</exception>
    IDisposable BeginWriting();
}
