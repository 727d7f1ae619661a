using System.Text.Json;
using System.Text.Json.Nodes;

namespace VisualSearch.Search.Stores.Qdrant.Backup;

/// <summary>
/// What a collection was made with, out of what Qdrant says of it: settings that this program knows nothing of, of a newer server or an operator, come
/// back too.
/// </summary>
internal static class RestoredSettings
{
    private static readonly string[] Parameters =
        ["vectors", "sparse_vectors", "shard_number", "sharding_method", "replication_factor", "write_consistency_factor", "on_disk_payload"];

    // As they are called in the description, and when a collection is made.
    private static readonly (string Described, string Made)[] Others =
        [("hnsw_config", "hnsw_config"), ("optimizer_config", "optimizers_config"), ("wal_config", "wal_config"), ("quantization_config", "quantization_config"), ("strict_mode_config", "strict_mode_config"), ("metadata", "metadata")];

    /// <summary>The settings to make it with again.</summary>
    public static JsonElement Of(JsonElement described)
    {
        JsonElement config = described.GetProperty("config"), parameters = config.GetProperty("params");
        var settings = new JsonObject();
        foreach (string name in Parameters)
            Copy(parameters, name, settings, name);
        foreach ((string from, string to) in Others)
            Copy(config, from, settings, to);
        return JsonSerializer.SerializeToElement(settings);
    }

    /// <summary>The payload indexes by key: a type, or an object with its parameters.</summary>
    public static IReadOnlyDictionary<string, JsonElement> IndexesOf(JsonElement described) =>
        described.GetProperty("payload_schema").EnumerateObject().ToDictionary(
            static index => index.Name,
            static index => index.Value.TryGetProperty("params", out JsonElement parameters) && parameters.ValueKind == JsonValueKind.Object ? parameters : index.Value.GetProperty("data_type"),
            StringComparer.Ordinal);

    private static void Copy(JsonElement from, string name, JsonObject to, string under)
    {
        if (from.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null)
            to[under] = JsonNode.Parse(value.GetRawText());
    }
}
