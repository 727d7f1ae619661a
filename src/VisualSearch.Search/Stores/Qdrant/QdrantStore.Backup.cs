namespace VisualSearch.Search.Stores.Qdrant;

/// <content>Standing still for a backup.</content>
public sealed partial class QdrantStore
{
    /// <summary>The collection's entry, while this store has the right to write, and so nobody changes anything.</summary>
    /// <exception cref="WriterBusyException">It had ended meanwhile, and another has it.</exception>
    internal CollectionEntry Still()
    {
        lock (writing)
        {
            WriterLease held = Held();
            held.Renew();
            CollectionEntry entry = Entry();
            return held.IsOf(entry) ? entry : throw new WriterBusyException(Name, entry.Writer.Length == 0 ? "another process" : entry.Writer);
        }
    }
}
