using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores;

/// <summary>The collections of one data folder, each in <c>collections/NAME/</c>. Safe to use from several threads and processes.</summary>
public sealed partial class CollectionDirectory
{
    // A dropped collection is first renamed to this, so that it is gone at once and as a whole. No collection's name begins with a dot.
    private const string DroppedPrefix = ".dropped-";

    // A server asks on every request whether a collection exists; one that was seen complete is only looked for by its file.
    private readonly ConcurrentDictionary<string, DateTime> seen = new(StringComparer.Ordinal);

    private readonly string root;
    private readonly EmbeddedStoreOptions options;

    /// <summary>Looks at a data folder, which need not exist yet; nothing is made before a collection is.</summary>
    /// <param name="dataFolder">The data folder, such as <c>~/.visualsearch</c>.</param>
    /// <param name="options">How the stores that are opened here behave.</param>
    public CollectionDirectory(string dataFolder, EmbeddedStoreOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(dataFolder);
        root = Path.Combine(Path.GetFullPath(dataFolder), "collections");
        this.options = options ?? new EmbeddedStoreOptions();
    }

    /// <summary>Whether a text can name a collection: 1 to 64 of a-z, 0-9, '.', '_', '-', beginning with a letter or digit.</summary>
    /// <param name="name">The text.</param>
    public static bool IsValidName(string? name) => name is not null && NamePattern().IsMatch(name);

    /// <summary>The folder of a collection, whether it exists or not.</summary>
    /// <param name="name">The collection's name.</param>
    /// <exception cref="CollectionNameException">It is no valid name.</exception>
    public string FolderOf(string name) => IsValidName(name) ? Path.Combine(root, name) : throw new CollectionNameException(name ?? "");

    /// <summary>Whether there is a collection of this name.</summary>
    /// <param name="name">The collection's name.</param>
    /// <exception cref="CollectionNameException">It is no valid name.</exception>
    public bool Exists(string name)
    {
        string catalogPath = Path.Combine(FolderOf(name), CatalogFile.Name);
        if (!File.Exists(catalogPath))
            return false;
        DateTime made = File.GetCreationTimeUtc(catalogPath);
        if (seen.TryGetValue(name, out DateTime before) && before == made)
            return true;
        try
        {
            if (!CatalogFile.Exists(catalogPath))
                return false;
            seen[name] = made;
            return true;
        }
        catch (SearchException)
        {
            // Damaged or not readable, which opening it will say: there is something of this name.
            return true;
        }
    }

    /// <summary>All collections in order of name. One that can't be read is listed with its <see cref="CollectionInfo.Fault"/>.</summary>
    public IReadOnlyList<CollectionInfo> List()
    {
        if (!Directory.Exists(root))
            return [];
        return [.. Names().Select(ReadInfo)];
    }

    /// <summary>What is known about one collection, without loading its vectors.</summary>
    /// <param name="name">The collection's name.</param>
    /// <exception cref="CollectionNameException">It is no valid name.</exception>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    public CollectionInfo Info(string name)
    {
        RequireExisting(name);
        return ReadInfo(name);
    }

    /// <summary>Opens a collection.</summary>
    /// <param name="name">The collection's name.</param>
    /// <param name="access">To search only, or also to change it.</param>
    /// <param name="model">The model in use, to refuse a collection of another one; null where no vectors are compared.</param>
    /// <exception cref="CollectionNameException">It is no valid name.</exception>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    /// <exception cref="ModelMismatchException">Its vectors come from another model.</exception>
    /// <exception cref="FormatMismatchException">It was made by another version of this program.</exception>
    /// <exception cref="WriterBusyException">It is to be changed, and another process is doing so.</exception>
    public EmbeddedStore Open(string name, StoreAccess access, ModelIdentity? model = null)
    {
        RequireExisting(name);
        if (model is null)
            return EmbeddedStore.Open(FolderOf(name), access, options);
        RequireModel(name, model);
        EmbeddedStore opened = EmbeddedStore.Open(FolderOf(name), access, options);
        try
        {
            // Asked again, of what was opened: the collection may have been switched to another model in between.
            opened.RequireModel(model);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Opens a collection, and makes it first where there is none.</summary>
    /// <param name="name">The collection's name.</param>
    /// <param name="model">The model in use.</param>
    /// <param name="access">To search only, or also to change it.</param>
    /// <param name="modelFolder">Where the model is, to be found again by those who search; empty for a model that is found anyway.</param>
    /// <exception cref="CollectionNameException">It is no valid name.</exception>
    /// <exception cref="ModelMismatchException">Its vectors come from another model.</exception>
    /// <exception cref="FormatMismatchException">It was made by another version of this program.</exception>
    /// <exception cref="WriterBusyException">It is to be changed, and another process is doing so.</exception>
    public EmbeddedStore OpenOrCreate(string name, ModelIdentity model, StoreAccess access, string modelFolder = "")
    {
        if (Exists(name))
            return Open(name, access, model);
        EmbeddedStore created = EmbeddedStore.Create(FolderOf(name), model, options, modelFolder);
        if (access == StoreAccess.Write)
            return created;
        created.Dispose();
        return Open(name, access, model);
    }

    /// <summary>Deletes a collection with everything in its folder. The indexed files themselves are not touched.</summary>
    /// <param name="name">The collection's name.</param>
    /// <exception cref="CollectionNameException">It is no valid name.</exception>
    /// <exception cref="CollectionNotFoundException">There is none of this name.</exception>
    /// <exception cref="WriterBusyException">A process is changing it.</exception>
    public void Drop(string name)
    {
        RequireExisting(name);
        string dropped = Path.Combine(root, DroppedPrefix + Guid.NewGuid().ToString("N"));
        using (WriterLock.TakeForGenerations(FolderOf(name)))
        using (WriterLock.Take(FolderOf(name)))
            Directory.Move(FolderOf(name), dropped);
        // Also what an earlier drop left that was killed while it deleted.
        foreach (string folder in Directory.EnumerateDirectories(root, DroppedPrefix + "*"))
            Directory.Delete(folder, recursive: true);
    }

    private IEnumerable<string> Names() => Directory.EnumerateDirectories(root)
        .Select(folder => Path.GetFileName(folder))
        .Where(name => IsValidName(name) && Exists(name))
        .Order(StringComparer.Ordinal);

    private CollectionInfo ReadInfo(string name)
    {
        string folder = FolderOf(name);
        string catalogPath = Path.Combine(folder, CatalogFile.Name);
        try
        {
            return CatalogFile.Guarded(catalogPath, () =>
            {
                using var reader = new CatalogReader(CatalogConnection.OpenToRead(catalogPath));
                CatalogIdentity identity = CatalogFile.Identify(catalogPath, reader.Catalog);
                (long assets, long items) = reader.Counts();
                return CatalogFile.Describe(folder, identity, assets, items);
            });
        }
        catch (SearchException unreadable)
        {
            return new CollectionInfo { Name = name, Fault = unreadable.Message };
        }
    }

    // Before the vectors are loaded and before the writer's lock is taken: a wrong model is the more useful answer.
    private void RequireModel(string name, ModelIdentity model)
    {
        ModelIdentity stored = Identify(name).Model;
        if (stored.Fingerprint != model.Fingerprint || stored.Dimension != model.Dimension)
            throw new ModelMismatchException(name, stored, model);
    }

    private void RequireExisting(string name)
    {
        if (!Exists(name))
            throw new CollectionNotFoundException(name, Directory.Exists(root) ? [.. Names()] : []);
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();
}
