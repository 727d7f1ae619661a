using System.Globalization;
using Microsoft.Data.Sqlite;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Catalog;

/// <summary>What a catalog says about itself.</summary>
/// <param name="Id">Random, made with the catalog: tells it from every other, also from a later one of the same name.</param>
/// <param name="Model">The model of its vectors.</param>
/// <param name="Generation">Which build of the vectors it holds.</param>
/// <param name="CreatedAt">When it was made.</param>
internal sealed record CatalogIdentity(Guid Id, ModelIdentity Model, int Generation, DateTimeOffset CreatedAt);

/// <summary>Makes and opens catalog files, and refuses what is no catalog of this format.</summary>
internal static class CatalogFile
{
    public const string Name = "catalog.db";

    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;

    /// <summary>
    /// Makes the tables. A process killed in the middle leaves a file without any, which counts as no catalog, and this call
    /// completes it.
    /// </summary>
    public static void Create(string path, ModelIdentity model) => Guarded(path, () =>
    {
        using CatalogConnection catalog = CatalogConnection.OpenToWrite(path, create: true);
        return catalog.InTransaction(write: true, () =>
        {
            catalog.Execute(CatalogSchema.Tables);
            Set("id", Guid.NewGuid().ToString());
            Set("model", model.Fingerprint);
            Set("model_name", model.Name);
            Set("dimension", (long)model.Dimension);
            Set("generation", 1L);
            Set("created", DateTimeOffset.UtcNow.UtcTicks);
            catalog.Execute(string.Create(
                CultureInfo.InvariantCulture,
                $"PRAGMA application_id = {CatalogSchema.ApplicationId}; PRAGMA user_version = {CatalogSchema.FormatVersion};"));
            return true;
        });

        void Set(string key, object value) => catalog.Run("INSERT INTO meta(key, value) VALUES ($1, $2)", key, value);
    });

    /// <summary>
    /// Whether there is a catalog: a file that <see cref="Create"/> has completed, or anything else that is not empty. Always asked
    /// through SQLite: a file stream on the database, when closed, would end the locks that SQLite holds for this process.
    /// </summary>
    public static bool Exists(string path)
    {
        if (!File.Exists(path))
            return false;
        return Guarded(path, () =>
        {
            using CatalogConnection catalog = CatalogConnection.OpenToRead(path);
            return catalog.Integer("PRAGMA user_version") != 0 || catalog.Integer("SELECT COUNT(*) FROM sqlite_schema") != 0;
        });
    }

    /// <summary>Reads what a catalog says about itself.</summary>
    /// <exception cref="FormatMismatchException">It has another format version or is another program's database.</exception>
    public static CatalogIdentity Identify(string path, CatalogConnection catalog)
    {
        long version = catalog.Integer("PRAGMA user_version");
        if (catalog.Integer("PRAGMA application_id") != CatalogSchema.ApplicationId || version == 0)
            throw new FormatMismatchException(path, 0, CatalogSchema.FormatVersion);
        if (version != CatalogSchema.FormatVersion)
            throw new FormatMismatchException(path, (int)version, CatalogSchema.FormatVersion);
        var model = new ModelIdentity(Text("model_name"), Text("model"), (int)Number("dimension"));
        return new CatalogIdentity(
            Guid.Parse(Text("id")), model, (int)Number("generation"), new DateTimeOffset(Number("created"), TimeSpan.Zero));

        object Value(string key) => catalog.Scalar("SELECT value FROM meta WHERE key = $1", key)
            ?? throw new CorruptCatalogException(path, $"the entry '{key}' is missing");
        string Text(string key) => (string)Value(key);
        long Number(string key) => (long)Value(key);
    }

    /// <summary>What is known about a collection, with the size of its files.</summary>
    public static CollectionInfo Describe(string folder, CatalogIdentity identity, long assets, long items) => new()
    {
        Name = Path.GetFileName(folder),
        Model = identity.Model.Fingerprint,
        ModelName = identity.Model.Name,
        Dimension = identity.Model.Dimension,
        Generation = identity.Generation,
        Assets = assets,
        Items = items,
        CreatedAt = identity.CreatedAt,
        SizeBytes = new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Exists ? file.Length : 0),
    };

    /// <summary>Runs work on a catalog and names the file, and what to do, when the database refuses.</summary>
    public static T Guarded<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase)
        {
            throw new CorruptCatalogException(path, failure.Message, failure);
        }
        catch (InvalidDataException failure)
        {
            throw new CorruptCatalogException(path, failure.Message, failure);
        }
        catch (SqliteException failure)
        {
            throw new CatalogAccessException(path, failure.Message, failure);
        }
    }
}
