using Microsoft.Extensions.Logging;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>The collections on a Qdrant server or cluster. Safe to use from several threads and processes.</summary>
public sealed partial class QdrantDirectory : ICollections
{
    private readonly QdrantClient client;
    private readonly CollectionEntries entries;
    private readonly ILogger? logger;
    private readonly TimeProvider? time;
    private readonly string files;
    private readonly bool ownsClient;

    /// <summary>The collections on a server.</summary>
    /// <param name="client">The server; stays the caller's.</param>
    /// <param name="logger">Told of what is cleared up.</param>
    /// <param name="time">The clock of leases; null for the system's.</param>
    /// <param name="dataFolder">The folder of this machine for uploads and small copies of pictures; null for the system's temporary one.</param>
    public QdrantDirectory(QdrantClient client, ILogger? logger = null, TimeProvider? time = null, string? dataFolder = null)
        : this(client, logger, time, dataFolder, ownsClient: false)
    {
    }

    private QdrantDirectory(QdrantClient client, ILogger? logger, TimeProvider? time, string? dataFolder, bool ownsClient)
    {
        ArgumentNullException.ThrowIfNull(client);
        (this.client, this.logger, this.time, this.ownsClient) = (client, logger, time, ownsClient);
        entries = new CollectionEntries(client);
        files = Path.Combine(Path.GetFullPath(dataFolder ?? Path.GetTempPath()), "qdrant");
    }

    /// <inheritdoc/>
    public string Place => client.Options.Servers;

    /// <summary>The collections on a server, by a client of their own.</summary>
    /// <param name="dataFolder">The folder of this machine for uploads and small copies of pictures.</param>
    /// <param name="options">Where the server is.</param>
    /// <param name="logger">Told of retries, and of what is cleared up.</param>
    public static QdrantDirectory Connect(string dataFolder, QdrantOptions options, ILogger? logger = null) =>
        new(new QdrantClient(options, logger), logger, null, dataFolder, ownsClient: true);

    /// <summary>All collections in order of name.</summary>
    /// <exception cref="QdrantException">The server can't be asked.</exception>
    public IReadOnlyList<CollectionInfo> List() => [.. entries.List().Select(Describe)];

    /// <summary>Whether there is a collection of this name.</summary>
    /// <param name="name">The collection's name.</param>
    /// <exception cref="CollectionNameException">It is no valid name.</exception>
    /// <exception cref="QdrantException">The server can't be asked.</exception>
    public bool Exists(string name) => entries.Find(Valid(name)) is not null;

    /// <summary>Opens a collection.</summary>
    /// <param name="name">The collection's name.</param>
    /// <param name="access">To search only, or also to change it.</param>
    /// <param name="model">The model in use, to refuse a collection of another one; null where no vectors are compared.</param>
    /// <exception cref="CollectionNameException">It is no valid name.</exception>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    /// <exception cref="ModelMismatchException">Its vectors come from another model.</exception>
    /// <exception cref="WriterBusyException">It is to be changed, and another process is doing so.</exception>
    /// <exception cref="QdrantException">The server can't be asked.</exception>
    public QdrantStore Open(string name, StoreAccess access, ModelIdentity? model = null)
    {
        QdrantStore opened = QdrantStore.Open(client, Valid(name), access, logger, time);
        if (model is null || (opened.Model.Fingerprint == model.Fingerprint && opened.Model.Dimension == model.Dimension))
            return opened;
        using (opened)
            throw new ModelMismatchException(name, opened.Model, model);
    }

    /// <summary>Opens a collection, and makes it first where there is none.</summary>
    /// <param name="name">The collection's name.</param>
    /// <param name="model">The model in use.</param>
    /// <param name="access">To search only, or also to change it.</param>
    /// <param name="modelFolder">Where the model is; empty for one that is found anyway.</param>
    /// <exception cref="CollectionNameException">It is no valid name.</exception>
    /// <exception cref="ModelMismatchException">Its vectors come from another model.</exception>
    /// <exception cref="WriterBusyException">It is to be changed, and another process is doing so.</exception>
    /// <exception cref="QdrantException">The server can't be asked.</exception>
    public QdrantStore OpenOrCreate(string name, ModelIdentity model, StoreAccess access, string modelFolder = "")
    {
        ArgumentNullException.ThrowIfNull(model);
        if (!Exists(name))
        {
            // Of a collection of this name whose dropping, or making, broke off. What is in there must not come back; whoever works on generations next deletes it.
            int[] left = [.. QdrantLayout.All(client, name).Select(static layout => layout.Generation)];
            int generation = left.LastOrDefault() + 1;
            var entry = new CollectionEntry
            {
                Name = name,
                Identity = Guid.NewGuid().ToString("N"),
                Model = model.Fingerprint,
                ModelName = model.Name,
                ModelFolder = modelFolder,
                Dimension = model.Dimension,
                Created = (time ?? TimeProvider.System).GetUtcNow(),
                Generation = generation,
                Dropped = left,
                Aliased = generation,
            };
            entry.Layout.Create(client, model.Dimension, model.Dimension);
            // Last, so that a collection that is known is whole. Of two processes that make it at once the first one's counts.
            if (!Exists(name))
            {
                RunningAliases.Follow(client, entry.Layout);
                entries.Add(entry);
            }
        }

        return Open(name, access, model);
    }

    /// <summary>Deletes a collection with everything in it, all its generations. The indexed files themselves are not touched.</summary>
    /// <param name="name">The collection's name.</param>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    /// <exception cref="WriterBusyException">A process is changing it, or works on its generations.</exception>
    /// <exception cref="QdrantException">The server can't be asked.</exception>
    public void Drop(string name)
    {
        Existing(name);
        using GenerationLease building = GenerationLease.Take(entries, name, client.Options.WriterLease, time ?? TimeProvider.System);
        using QdrantStore held = Open(name, StoreAccess.Write);
        entries.Remove(name);
        RunningAliases.Remove(client, name);
        foreach (QdrantLayout layout in QdrantLayout.All(client, name))
            layout.Drop(client);
    }

    /// <inheritdoc/>
    public string FilesOf(string name) => Path.Combine(files, Valid(name));

    /// <summary>Closes the connections, where they are its own.</summary>
    public void Dispose()
    {
        if (ownsClient)
            client.Dispose();
    }

    IServedStore ICollections.Open(string name, StoreAccess access, ModelIdentity? model) => Open(name, access, model);

    IServedStore ICollections.OpenOrCreate(string name, ModelIdentity model, StoreAccess access, string modelFolder) => OpenOrCreate(name, model, access, modelFolder);

    private CollectionInfo Describe(CollectionEntry entry)
    {
        try
        {
            using QdrantStore store = QdrantStore.Open(client, entry.Name, StoreAccess.Read);
            return store.Info;
        }
        catch (QdrantException fault)
        {
            return new CollectionInfo { Name = entry.Name, Store = "qdrant", Fault = fault.Message };
        }
    }

    private static string Valid(string name) => CollectionDirectory.IsValidName(name) ? name : throw new CollectionNameException(name ?? "");
}
