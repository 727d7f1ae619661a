using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace VisualSearch.Search.Catalog;

/// <summary>The tables of passages: what is said in a time span, and its vector by a text model.</summary>
internal static class PassageRows
{
    /// <summary>The texts of those of these items that are passages with a text of their own.</summary>
    public static Dictionary<long, string> Texts(CatalogConnection catalog, IEnumerable<long> itemIds)
    {
        var texts = new Dictionary<long, string>();
        if (!VideoRow.IsKnown(catalog))
            return texts;
        using SqliteDataReader row = catalog.Statement(
            "SELECT item_id, text FROM passage WHERE item_id IN (SELECT value FROM json_each($1)) AND text <> ''", CatalogReader.JsonArray(itemIds)).ExecuteReader();
        while (row.Read())
            texts.Add(row.GetInt64(0), row.GetString(1));
        return texts;
    }

    /// <summary>Passages that changed after a revision, with their vectors by a model, in order of id.</summary>
    /// <param name="catalog">A connection to read.</param>
    /// <param name="model">The model's fingerprint.</param>
    /// <param name="revision">0 for all.</param>
    /// <param name="vector">Room for one vector; holds that of the passage just returned.</param>
    public static IEnumerable<long> ChangedSince(CatalogConnection catalog, string model, long revision, float[] vector)
    {
        SqliteCommand command = catalog.Statement(
            "SELECT i.id, v.data FROM item i JOIN passage_vector v ON v.item_id = i.id AND v.model = $1 WHERE i.revision > $2 ORDER BY i.id", model, revision);
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
        {
            CatalogReader.ReadVector(row, 1, vector);
            yield return row.GetInt64(0);
        }
    }

    /// <summary>The vectors by a model of those of these items that are passages.</summary>
    public static Dictionary<long, float[]> Vectors(CatalogConnection catalog, string model, int dimension, IReadOnlyList<long> itemIds)
    {
        var vectors = new Dictionary<long, float[]>(itemIds.Count);
        if (itemIds.Count == 0 || !VideoRow.IsKnown(catalog))
            return vectors;
        using SqliteDataReader row = catalog.Statement(
            "SELECT item_id, data FROM passage_vector WHERE model = $1 AND item_id IN (SELECT value FROM json_each($2))", model, CatalogReader.JsonArray(itemIds)).ExecuteReader();
        while (row.Read())
        {
            var vector = new float[dimension];
            CatalogReader.ReadVector(row, 1, vector);
            vectors.Add(row.GetInt64(0), vector);
        }
        return vectors;
    }

    /// <summary>The passages without a vector by a model, in order.</summary>
    public static List<long> Missing(CatalogConnection catalog, string model)
    {
        var missing = new List<long>();
        if (!VideoRow.IsKnown(catalog))
            return missing;
        using SqliteDataReader row = catalog.Statement(
            "SELECT item_id FROM passage EXCEPT SELECT item_id FROM passage_vector WHERE model = $1 ORDER BY 1", model).ExecuteReader();
        while (row.Read())
            missing.Add(row.GetInt64(0));
        return missing;
    }

    /// <summary>Writes a passage's vector by a model, if the passage is still there.</summary>
    /// <returns>Whether it was.</returns>
    public static bool WriteVector(CatalogConnection catalog, long itemId, string model, ReadOnlySpan<float> unit) => catalog.Run(
        "INSERT OR REPLACE INTO passage_vector(item_id, model, data) SELECT item_id, $2, $3 FROM passage WHERE item_id = $1",
        itemId, model, MemoryMarshal.AsBytes(unit).ToArray()) == 1;
}
