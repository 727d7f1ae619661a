using System.Globalization;
using Microsoft.Data.Sqlite;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Catalog;

/// <summary>What a catalog says about itself, to one that reads the vectors of one generation.</summary>
/// <param name="Id">Random, made with the catalog: tells it from every other, also from a later one of the same name.</param>
/// <param name="Generation">The generation that is read: the running one, unless another was asked for.</param>
/// <param name="CreatedAt">When the catalog was made.</param>
internal sealed record CatalogIdentity(Guid Id, CatalogGeneration Generation, DateTimeOffset CreatedAt)
{
    /// <summary>The model of the vectors.</summary>
    public ModelIdentity Model => Generation.Model;
}

/// <summary>Makes and opens catalog files, brings older ones up to date, and refuses what is no catalog that this program reads.</summary>
internal static class CatalogFile
{
    public const string Name = "catalog.db";

    private const int SqliteCorrupt = 11;
    private const int SqliteNotADatabase = 26;

    /// <summary>
    /// Makes the tables. A process killed in the middle leaves a file without any, which counts as no catalog, and this call
    /// completes it.
    /// </summary>
    public static void Create(string path, ModelIdentity model, string modelFolder) => Guarded(path, () =>
    {
        using CatalogConnection catalog = CatalogConnection.OpenToWrite(path, create: true);
        return catalog.InTransaction(write: true, () =>
        {
            catalog.Execute(CatalogSchema.Tables);
            catalog.Execute(CatalogSchema.GenerationTables);
            catalog.Execute(CatalogSchema.VideoTables);
            Set("id", Guid.NewGuid().ToString());
            Set("created", DateTimeOffset.UtcNow.UtcTicks);
            CatalogGenerations.Add(catalog, model, modelFolder, GenerationState.Running);
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

    /// <summary>
    /// Brings a catalog of an older format up to the present one, in place and in one transaction: the vectors of format 1 become those of
    /// its first generation, where they are; format 2 gets tables for videos. Others are left alone.
    /// </summary>
    public static void Upgrade(string path, CatalogConnection catalog)
    {
        if (catalog.Integer("PRAGMA application_id") != CatalogSchema.ApplicationId || !IsOlder(catalog))
            return;
        catalog.InTransaction(write: true, () =>
        {
            // Another process may just have done it.
            if (!IsOlder(catalog))
                return false;
            if (catalog.Integer("PRAGMA user_version") == CatalogSchema.FirstFormat)
                AddGenerations(path, catalog);
            catalog.Execute(CatalogSchema.VideoTables);
            catalog.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {CatalogSchema.FormatVersion}"));
            return true;
        });
    }

    /// <summary>Reads what a catalog says about itself.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="catalog">A connection to it.</param>
    /// <param name="generation">The generation that will be read; null for the running one.</param>
    /// <exception cref="FormatMismatchException">It has another format version or is another program's database.</exception>
    public static CatalogIdentity Identify(string path, CatalogConnection catalog, int? generation = null)
    {
        Guid id = IdOf(path, catalog);
        CatalogGeneration read = generation is int number
            ? CatalogGenerations.Find(path, catalog, number)
            : CatalogGenerations.Running(path, catalog);
        return new CatalogIdentity(id, read, new DateTimeOffset(Number(path, catalog, "created"), TimeSpan.Zero));
    }

    /// <summary>The catalog's random id.</summary>
    /// <exception cref="FormatMismatchException">It has another format version or is another program's database.</exception>
    public static Guid IdOf(string path, CatalogConnection catalog)
    {
        long version = catalog.Integer("PRAGMA user_version");
        if (catalog.Integer("PRAGMA application_id") != CatalogSchema.ApplicationId || version == 0)
            throw new FormatMismatchException(path, 0, CatalogSchema.FormatVersion);
        if (version is < CatalogSchema.FirstFormat or > CatalogSchema.FormatVersion)
            throw new FormatMismatchException(path, (int)version, CatalogSchema.FormatVersion);
        return Guid.Parse(Text(path, catalog, "id"));
    }

    /// <summary>An entry of table <c>meta</c> that is a text.</summary>
    public static string Text(string path, CatalogConnection catalog, string key) => (string)Entry(path, catalog, key);

    /// <summary>An entry of table <c>meta</c> that is a whole number.</summary>
    public static long Number(string path, CatalogConnection catalog, string key) => (long)Entry(path, catalog, key);

    /// <summary>The collection that a catalog's path belongs to, for messages.</summary>
    public static string CollectionOf(string path) => Path.GetFileName(Path.GetDirectoryName(path))!;

    /// <summary>What is known about a collection, with the size of its files.</summary>
    public static CollectionInfo Describe(string folder, CatalogIdentity identity, long assets, long items) => new()
    {
        Name = Path.GetFileName(folder),
        Model = identity.Model.Fingerprint,
        ModelName = identity.Model.Name,
        Dimension = identity.Model.Dimension,
        Generation = identity.Generation.Number,
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

    private static bool IsOlder(CatalogConnection catalog) =>
        catalog.Integer("PRAGMA user_version") is >= CatalogSchema.FirstFormat and < CatalogSchema.FormatVersion;

    private static void AddGenerations(string path, CatalogConnection catalog)
    {
        CatalogGeneration first = CatalogGenerations.Running(path, catalog);
        catalog.Execute(CatalogSchema.GenerationTables);
        // The entries in meta stay: a reader that saw format 1 a moment ago still looks for them.
        catalog.Run(
            """
            INSERT INTO generation(number, state, model, model_name, dimension, model_folder, created, changed)
            VALUES ($1, 'running', $2, $3, $4, '', $5, $5)
            """,
            (long)first.Number, first.Model.Fingerprint, first.Model.Name, (long)first.Model.Dimension, first.CreatedAt.UtcTicks);
    }

    private static object Entry(string path, CatalogConnection catalog, string key) =>
        catalog.Scalar("SELECT value FROM meta WHERE key = $1", key) ?? throw new CorruptCatalogException(path, $"the entry '{key}' is missing");
}
