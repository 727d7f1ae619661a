namespace VisualSearch.Search.Stores;

/// <summary>There is no collection of this name.</summary>
public sealed class CollectionNotFoundException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="name">The name asked for.</param>
    /// <param name="available">The names that exist.</param>
    public CollectionNotFoundException(string name, IReadOnlyCollection<string> available)
        : base("collection-not-found", Describe(name, available)) => Name = name;

    /// <summary>The name asked for.</summary>
    public string Name { get; }

    private static string Describe(string name, IReadOnlyCollection<string> available)
    {
        ArgumentNullException.ThrowIfNull(available);
        string known = available.Count == 0 ? "There is none yet" : $"There are: {string.Join(", ", available)}";
        return $"There is no collection '{name}'. {known}. Make one with: vsearch index PATH --collection {name}";
    }
}

/// <summary>A collection name that can't be a folder name on every system.</summary>
public sealed class CollectionNameException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="name">The name asked for.</param>
    public CollectionNameException(string name)
        : base("collection-name", $"'{name}' can't name a collection: use 1 to 64 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit.") =>
        Name = name;

    /// <summary>The name asked for.</summary>
    public string Name { get; }
}

/// <summary>A collection's vectors come from another model than the one in use; comparing them would be meaningless.</summary>
public sealed class ModelMismatchException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="collection">The collection's name.</param>
    /// <param name="stored">The model its vectors come from.</param>
    /// <param name="given">The model in use.</param>
    public ModelMismatchException(string collection, ModelIdentity stored, ModelIdentity given)
        : base("model-mismatch", Describe(collection, stored, given))
    {
        Stored = stored;
        Given = given;
    }

    /// <summary>The model the collection's vectors come from.</summary>
    public ModelIdentity Stored { get; }

    /// <summary>The model in use.</summary>
    public ModelIdentity Given { get; }

    private static string Describe(string collection, ModelIdentity stored, ModelIdentity given)
    {
        ArgumentNullException.ThrowIfNull(stored);
        ArgumentNullException.ThrowIfNull(given);
        return $"Collection '{collection}' was indexed with model {stored.Name} ({stored.Dimension} dimensions, {stored.Fingerprint}), " +
            $"but the model in use is {given.Name} ({given.Dimension} dimensions, {given.Fingerprint}). Use the first model (without --model it is " +
            $"found by itself), or embed the collection with the other one: vsearch collections reembed {collection} --model MODEL";
    }
}

/// <summary>A file of a collection has a format version that this program does not read, or is no such file at all.</summary>
public sealed class FormatMismatchException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="path">The file.</param>
    /// <param name="found">The version found; 0 when the file is something else.</param>
    /// <param name="supported">The version this program reads and writes.</param>
    public FormatMismatchException(string path, int found, int supported)
        : base("format-mismatch", Describe(path, found, supported))
    {
        Path = path;
        Found = found;
        Supported = supported;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The version found; 0 when the file is something else.</summary>
    public int Found { get; }

    /// <summary>The version this program reads and writes.</summary>
    public int Supported { get; }

    private static string Describe(string path, int found, int supported)
    {
        if (found == 0)
            return $"'{path}' is not a VisualSearch catalog. Move it away, then index again.";
        return found > supported
            ? $"'{path}' has catalog format {found}, newer than the {supported} that this program reads. Use a newer VisualSearch."
            : $"'{path}' has catalog format {found}, older than the {supported} that this program reads. Drop the collection and index again.";
    }
}

/// <summary>A collection's catalog is damaged.</summary>
public sealed class CorruptCatalogException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="path">The damaged file.</param>
    /// <param name="reason">What is wrong with it.</param>
    /// <param name="inner">What the database reported.</param>
    public CorruptCatalogException(string path, string reason, Exception? inner = null)
        : base("catalog-corrupt", $"'{path}' is damaged: {reason}. Restore it from a backup, or drop the collection and index again.", inner) =>
        Path = path;

    /// <summary>The damaged file.</summary>
    public string Path { get; }
}

/// <summary>Another process (or another part of this one) is changing the collection.</summary>
public sealed class WriterBusyException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="collection">The collection's name.</param>
    /// <param name="writer">Who writes, such as <c>vsearch, process 4711, since 2026-01-31T10:00:00Z</c>.</param>
    public WriterBusyException(string collection, string writer)
        : base("writer-busy", $"Collection '{collection}' is being changed by {writer}. Wait until that has ended, or stop it, then try again.") =>
        Writer = writer;

    /// <summary>Who writes.</summary>
    public string Writer { get; }
}

/// <summary>The operating system or the database refused to read or write a catalog: no space, no permission, locked too long.</summary>
public sealed class CatalogAccessException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="path">The file.</param>
    /// <param name="reason">What the database reported.</param>
    /// <param name="inner">The database's own failure.</param>
    public CatalogAccessException(string path, string reason, Exception? inner = null)
        : base("catalog-access", $"'{path}' could not be read or written: {reason}. Check free space, permissions and other programs that use it.", inner) =>
        Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }
}

/// <summary>The collection is to be searched by parts of pictures, and those were not embedded.</summary>
public sealed class RegionsMissingException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="collection">The collection's name.</param>
    public RegionsMissingException(string collection)
        : base("regions-missing", $"The parts of the pictures in collection '{collection}' have not been embedded. Do so with: vsearch collections regions {collection}")
    {
    }
}

/// <summary>The collection was dropped, or dropped and made anew, while it was open.</summary>
public sealed class CollectionReplacedException : SearchException
{
    /// <summary>Creates the failure.</summary>
    /// <param name="collection">The collection's name.</param>
    public CollectionReplacedException(string collection)
        : base("collection-replaced", $"Collection '{collection}' was dropped or made anew while it was open. Open it again.")
    {
    }
}
