using Microsoft.Data.Sqlite;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Catalog;

/// <summary>
/// The generations in a catalog: which there are, which one runs, and the few transactions that change that.
/// <code>
/// Add      (none)   → building     a row and an empty table
/// Switch   building → running      and running → kept, in one transaction that is also a revision: everybody notices it
///          kept     → running      (roll-back: the same)
/// Drop     building, kept → (none)
/// </code>
/// A row in a generation's table means that the item has a vector of its present bytes there: <see cref="CatalogWriter"/> deletes the
/// rows of a picture that changes from all generations that do not run. So what a generation lacks needs no bookkeeping, and a killed
/// build goes on by looking.
/// </summary>
internal static class CatalogGenerations
{
    private const string Columns = "number, state, model, model_name, dimension, model_folder, created, changed";

    /// <summary>All, in order of number. A catalog of format 1 has one.</summary>
    public static IReadOnlyList<CatalogGeneration> All(string path, CatalogConnection catalog) =>
        catalog.Integer("PRAGMA user_version") == CatalogSchema.FirstFormat ? [First(path, catalog)] : All(catalog);

    /// <summary>All, in order of number, of a catalog of the present format.</summary>
    public static IReadOnlyList<CatalogGeneration> All(CatalogConnection catalog)
    {
        var all = new List<CatalogGeneration>();
        using SqliteDataReader row = catalog.Statement($"SELECT {Columns} FROM generation ORDER BY number").ExecuteReader();
        while (row.Read())
            all.Add(Read(row));
        return all;
    }

    /// <summary>The one that is searched; read in one statement, so that a switch can't come in between.</summary>
    public static CatalogGeneration Running(string path, CatalogConnection catalog)
    {
        if (catalog.Integer("PRAGMA user_version") == CatalogSchema.FirstFormat)
            return First(path, catalog);
        using SqliteDataReader row = catalog.Statement($"SELECT {Columns} FROM generation WHERE state = 'running'").ExecuteReader();
        return row.Read() ? Read(row) : throw new CorruptCatalogException(path, "no generation of its vectors is marked as running");
    }

    /// <summary>One by its number.</summary>
    public static CatalogGeneration Find(string path, CatalogConnection catalog, int number)
    {
        IReadOnlyList<CatalogGeneration> all = All(path, catalog);
        return all.FirstOrDefault(generation => generation.Number == number)
            ?? throw new GenerationNotFoundException(CatalogFile.CollectionOf(path), number, [.. all.Select(generation => generation.Number)]);
    }

    /// <summary>The number of the one that runs, on a catalog of the present format; 0 when none does.</summary>
    public static int RunningNumber(CatalogConnection catalog) => (int)catalog.Integer("SELECT number FROM generation WHERE state = 'running'");

    /// <summary>Begins a generation; within a transaction of the caller's.</summary>
    public static CatalogGeneration Add(CatalogConnection catalog, ModelIdentity model, string modelFolder, GenerationState state = GenerationState.Building)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        int number = (int)catalog.Integer(
            """
            INSERT INTO generation(state, model, model_name, dimension, model_folder, created, changed)
            VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING number
            """,
            Word(state), model.Fingerprint, model.Name, (long)model.Dimension, modelFolder, now.UtcTicks);
        var added = new CatalogGeneration(number, state, model, modelFolder, now, now);
        // The index is for counting and for finding out what is missing: by it a million are gone through in a second, where the table
        // itself is as long as all the vectors.
        catalog.Execute($"""
            CREATE TABLE {added.Table}(item_id INTEGER PRIMARY KEY REFERENCES item(id) ON DELETE CASCADE, data BLOB NOT NULL);
            CREATE INDEX {added.Table}_item ON {added.Table}(item_id);
            """);
        return added;
    }

    /// <summary>Lets another generation run and keeps the one that ran; within a transaction of the caller's.</summary>
    public static void Switch(CatalogConnection catalog, int number)
    {
        long now = DateTimeOffset.UtcNow.UtcTicks;
        catalog.Run("UPDATE generation SET state = 'kept', changed = $1 WHERE state = 'running'", now);
        catalog.Run("UPDATE generation SET state = 'running', changed = $1 WHERE number = $2", now, (long)number);
    }

    /// <summary>Deletes a generation with its vectors; within a transaction of the caller's.</summary>
    public static void Drop(CatalogConnection catalog, CatalogGeneration generation)
    {
        catalog.Execute($"DROP TABLE {generation.Table}");
        catalog.Run("DELETE FROM passage_vector WHERE model = $1", generation.Model.Fingerprint);
        catalog.Run("DELETE FROM generation WHERE number = $1", (long)generation.Number);
    }

    /// <summary>Remembers where a generation's model is.</summary>
    public static void SetModelFolder(CatalogConnection catalog, int number, string modelFolder) =>
        catalog.Run("UPDATE generation SET model_folder = $1 WHERE number = $2", modelFolder, (long)number);

    /// <summary>How many items have a vector in a generation.</summary>
    public static long Count(CatalogConnection catalog, CatalogGeneration generation) => catalog.Integer($"SELECT COUNT(*) FROM {generation.Table}");

    /// <summary>The pictures and shots without a vector in a generation, in order.</summary>
    public static List<long> Missing(CatalogConnection catalog, CatalogGeneration generation)
    {
        var missing = new List<long>();
        using SqliteDataReader row = catalog.Statement($"SELECT id FROM item WHERE kind <> {(int)ItemKind.Passage} EXCEPT SELECT item_id FROM {generation.Table} ORDER BY 1").ExecuteReader();
        while (row.Read())
            missing.Add(row.GetInt64(0));
        return missing;
    }

    /// <summary>What a catalog of format 1 says of its only generation.</summary>
    private static CatalogGeneration First(string path, CatalogConnection catalog)
    {
        var model = new ModelIdentity(CatalogFile.Text(path, catalog, "model_name"), CatalogFile.Text(path, catalog, "model"), (int)CatalogFile.Number(path, catalog, "dimension"));
        var created = new DateTimeOffset(CatalogFile.Number(path, catalog, "created"), TimeSpan.Zero);
        return new CatalogGeneration((int)CatalogFile.Number(path, catalog, "generation"), GenerationState.Running, model, "", created, created);
    }

    private static CatalogGeneration Read(SqliteDataReader row) => new(
        row.GetInt32(0),
        row.GetString(1) switch { "running" => GenerationState.Running, "kept" => GenerationState.Kept, _ => GenerationState.Building },
        new ModelIdentity(row.GetString(3), row.GetString(2), row.GetInt32(4)),
        row.GetString(5),
        new DateTimeOffset(row.GetInt64(6), TimeSpan.Zero),
        new DateTimeOffset(row.GetInt64(7), TimeSpan.Zero));

    private static string Word(GenerationState state) => state switch
    {
        GenerationState.Running => "running",
        GenerationState.Kept => "kept",
        _ => "building",
    };
}
