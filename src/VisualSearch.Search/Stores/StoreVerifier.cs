using System.Globalization;
using Microsoft.Data.Sqlite;
using VisualSearch.Ann;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Stores;

/// <summary>
/// Checks a collection from the file up: database, references, texts, vectors, index, snapshot. Of its generations it checks the one that
/// the store reads, and names the others. Changes nothing.
/// </summary>
internal sealed class StoreVerifier(string folder, CatalogIdentity identity, CatalogReader reader, VisualIndex visual)
{
    // A list of a million damaged rows helps nobody.
    private const int MaxListed = 20;

    // The index normalizes once more; float32 rounding of a unit vector's numbers is below 1e-7.
    private const float VectorTolerance = 1e-5f;

    private readonly string catalogPath = Path.Combine(folder, CatalogFile.Name);
    private readonly string table = identity.Generation.Table;
    private readonly string indexFile = identity.Generation.IndexFile;
    private readonly List<string> problems = [];
    private readonly List<string> remarks = [];
    private int unlisted;

    public VerifyReport Verify()
    {
        CheckWords();
        VerifyReport report = reader.Catalog.InTransaction(write: false, () =>
        {
            CheckDatabase();
            CheckReferences();
            long indexed = CheckVectors();
            (long assets, long items) = reader.Counts();
            NameGenerations(items);
            return new VerifyReport { Assets = assets, Items = items, Vectors = CatalogGenerations.Count(reader.Catalog, identity.Generation), Indexed = indexed };
        });
        CheckSnapshot(report.Items);
        if (unlisted > 0)
            problems.Add($"… and {unlisted} more of these kinds.");
        return report with { Problems = problems, Remarks = remarks };
    }

    private void CheckDatabase()
    {
        foreach (string pragma in (string[])["PRAGMA integrity_check", "PRAGMA foreign_key_check"])
        {
            using SqliteDataReader row = reader.Catalog.Statement(pragma).ExecuteReader();
            while (row.Read())
            {
                string finding = string.Join(' ', Enumerable.Range(0, row.FieldCount).Select(i => row.GetValue(i).ToString()));
                if (finding != "ok")
                    Report($"{CatalogFile.Name}: {finding}. Restore it from a backup, or drop the collection and index again.");
            }
        }
    }

    // FTS5's own check is written as an INSERT, which needs a connection that could write; it changes nothing.
    private void CheckWords()
    {
        try
        {
            using CatalogConnection writable = CatalogConnection.OpenToWrite(catalogPath, create: false);
            writable.Execute("INSERT INTO words(words) VALUES ('integrity-check')");
        }
        catch (SqliteException damaged) when (damaged.SqliteErrorCode == 11)
        {
            Report($"{CatalogFile.Name}: the text index disagrees with its texts ({damaged.Message}). Drop the collection and index again.");
        }
        catch (SqliteException refused)
        {
            remarks.Add($"The text index was not checked: {refused.Message}.");
        }
    }

    private void CheckReferences()
    {
        ReportCount("SELECT COUNT(*) FROM asset WHERE id NOT IN (SELECT asset_id FROM item)", "assets have no item");
        List<GenerationGap> gaps = reader.Gaps(identity.Generation);
        string known = gaps.Count == 0 ? "" : $" AND id NOT IN (SELECT item_id FROM gap WHERE generation = {identity.Generation.Number})";
        ReportCount($"SELECT COUNT(*) FROM item WHERE kind <> {(int)ItemKind.Passage} AND id NOT IN (SELECT item_id FROM {table}){known}", "items have no vector");
        if (gaps.Count > 0)
            remarks.Add($"{gaps.Count} pictures could not be embedded for generation {identity.Generation.Number} and are found by words only, such as " +
                $"'{gaps[0].Path}' ({gaps[0].Reason}). Make them readable, then: vsearch index");
        ReportCount($"SELECT COUNT(*) FROM item WHERE kind <> {(int)ItemKind.Shot} AND id NOT IN (SELECT id FROM words_docsize)", "items have no words");
        ReportCount("SELECT COUNT(*) FROM words_docsize WHERE id NOT IN (SELECT id FROM item)", "texts have no item");
        ReportCount("SELECT COUNT(*) FROM removed WHERE item_id IN (SELECT id FROM item)", "items are both there and removed");
    }

    private void NameGenerations(long items)
    {
        foreach (CatalogGeneration other in CatalogGenerations.All(catalogPath, reader.Catalog).Where(one => one.Number != identity.Generation.Number))
        {
            string state = other.State switch
            {
                GenerationState.Building => $"is being built: {CatalogGenerations.Count(reader.Catalog, other):N0} of {items:N0} items are embedded",
                GenerationState.Kept => "is kept, to go back to with vsearch collections rollback or to drop with vsearch collections prune",
                _ => "runs now",
            };
            remarks.Add($"Generation {other.Number} (model {other.Model.Name}) {state}.");
        }
    }

    private long CheckVectors()
    {
        HnswIndex index = visual.Index;
        CatalogRevision present = reader.Revision();
        bool sameMoment = present == visual.Revision;
        if (!sameMoment)
            remarks.Add("The collection is being changed; the vector index was not compared with the catalog.");

        var stored = new float[identity.Model.Dimension];
        var indexed = new float[identity.Model.Dimension];
        long count = 0;
        using (SqliteDataReader row = reader.Catalog.Statement($"SELECT item_id, data FROM {table} ORDER BY item_id").ExecuteReader())
        {
            while (row.Read())
            {
                count++;
                long id = row.GetInt64(0);
                if (!CheckStored(row, id, stored) || !sameMoment)
                    continue;
                if (!index.TryGetVector((ulong)id, indexed))
                    Report($"Item {id} is missing in the vector index. Delete {indexFile}; the next open builds it anew.");
                else if (LargestDifference(stored, indexed) > VectorTolerance)
                    Report($"Item {id} has another vector in the index than in the catalog. Delete {indexFile}; the next open builds it anew.");
            }
        }
        if (sameMoment && index.Count != count && visual.Revision == present)
            Report($"The vector index holds {index.Count} vectors, the catalog {count}. Delete {indexFile}; the next open builds it anew.");
        return index.Count;
    }

    private bool CheckStored(SqliteDataReader row, long id, float[] vector)
    {
        try
        {
            CatalogReader.ReadVector(row, 1, vector);
        }
        catch (InvalidDataException wrong)
        {
            Report($"{CatalogFile.Name}: {wrong.Message}. Index its file again.");
            return false;
        }
        double norm = Math.Sqrt(UnitVector.SquaredNorm(vector));
        if (Math.Abs(norm - 1) <= UnitVector.NormTolerance)
            return true;
        Report(string.Create(CultureInfo.InvariantCulture, $"{CatalogFile.Name}: the vector of item {id} has norm {norm:G6} instead of 1. Index its file again."));
        return false;
    }

    private void CheckSnapshot(long items)
    {
        string path = Path.Combine(folder, indexFile);
        if (!File.Exists(path))
        {
            if (items > 0)
                remarks.Add($"There is no {indexFile}; the next open builds the vector index from the catalog.");
            return;
        }
        try
        {
            HnswIndex.Verify(path);
        }
        catch (Exception damaged) when (damaged is CorruptIndexException or IOException or UnauthorizedAccessException)
        {
            Report($"{indexFile} can't be read ({damaged.Message}). Delete it; the next open builds it anew from the catalog.");
        }
    }

    private void ReportCount(string sql, string finding)
    {
        long count = Count(sql);
        if (count > 0)
            Report($"{CatalogFile.Name}: {count} {finding}. Drop the collection and index again.");
    }

    private long Count(string sql) => reader.Catalog.Integer(sql);

    private void Report(string problem)
    {
        if (problems.Count < MaxListed)
            problems.Add(problem);
        else
            unlisted++;
    }

    private static float LargestDifference(float[] left, float[] right)
    {
        float largest = 0;
        for (int i = 0; i < left.Length; i++)
            largest = Math.Max(largest, Math.Abs(left[i] - right[i]));
        return largest;
    }
}
