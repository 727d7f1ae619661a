using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Catalog;

/// <summary>The table of keyframes: pictures out of shots, each with its vector in a generation.</summary>
internal static class KeyframeRows
{
    /// <summary>Writes a shot's keyframes in a generation; those it had there are gone already.</summary>
    public static void Write(CatalogConnection catalog, CatalogGeneration generation, long itemId, IReadOnlyList<Keyframe> keyframes)
    {
        foreach (Keyframe keyframe in keyframes)
        {
            catalog.Run(
                "INSERT OR REPLACE INTO keyframe(generation, item_id, seconds, data) VALUES ($1, $2, $3, $4)",
                (long)generation.Number, itemId, keyframe.Seconds, MemoryMarshal.AsBytes(keyframe.Vector.AsSpan()).ToArray());
        }
    }

    /// <summary>Of each of these items that has keyframes, the one that fits a query best.</summary>
    /// <param name="catalog">A connection to read.</param>
    /// <param name="generation">Whose vectors.</param>
    /// <param name="query">A unit vector.</param>
    /// <param name="itemIds">Items of any kind.</param>
    public static List<FoundKeyframe> Best(CatalogConnection catalog, CatalogGeneration generation, float[] query, IReadOnlyList<long> itemIds)
    {
        var best = new List<FoundKeyframe>();
        if (!VideoRow.IsKnown(catalog))
            return best;
        var vector = new float[query.Length];
        SqliteCommand command = catalog.Statement(
            """
            SELECT item_id, seconds, data FROM keyframe WHERE item_id IN (SELECT value FROM json_each($2)) AND generation = $1 ORDER BY item_id, seconds
            """, (long)generation.Number, CatalogReader.JsonArray(itemIds));
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
        {
            CatalogReader.ReadVector(row, 2, vector);
            var found = new FoundKeyframe(row.GetInt64(0), row.GetDouble(1), UnitVector.Dot(query, vector));
            if (best.Count == 0 || best[^1].ItemId != found.ItemId)
                best.Add(found);
            else if (found.Similarity > best[^1].Similarity)
                best[^1] = found;
        }
        return best;
    }

    /// <summary>The keyframes of these items in a generation, by item, in order of time.</summary>
    public static ILookup<long, Keyframe> Of(CatalogConnection catalog, CatalogGeneration generation, IReadOnlyList<long> itemIds)
    {
        var keyframes = new List<(long ItemId, Keyframe Keyframe)>();
        if (VideoRow.IsKnown(catalog))
        {
            using SqliteDataReader row = catalog.Statement(
                "SELECT item_id, seconds, data FROM keyframe WHERE item_id IN (SELECT value FROM json_each($2)) AND generation = $1 ORDER BY item_id, seconds",
                (long)generation.Number, CatalogReader.JsonArray(itemIds)).ExecuteReader();
            while (row.Read())
            {
                var vector = new float[generation.Model.Dimension];
                CatalogReader.ReadVector(row, 2, vector);
                keyframes.Add((row.GetInt64(0), new Keyframe(row.GetDouble(1), vector)));
            }
        }
        return keyframes.ToLookup(pair => pair.ItemId, pair => pair.Keyframe);
    }

    /// <summary>When the keyframes of an item are shown, in order; none for an item that is no shot.</summary>
    public static List<double> Seconds(CatalogConnection catalog, long itemId)
    {
        var seconds = new List<double>();
        if (!VideoRow.IsKnown(catalog))
            return seconds;
        using SqliteDataReader row = catalog.Statement("SELECT DISTINCT seconds FROM keyframe WHERE item_id = $1 ORDER BY seconds", itemId).ExecuteReader();
        while (row.Read())
            seconds.Add(row.GetDouble(0));
        return seconds;
    }
}
