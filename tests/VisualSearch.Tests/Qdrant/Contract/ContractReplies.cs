using System.Text.Json;
using System.Text.Json.Nodes;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>Points as replies have them: as much of payload and vectors as was asked for.</summary>
public static class ContractReplies
{
    public static JsonObject Record(ContractPoint point, JsonElement request, bool payloadByDefault)
    {
        var json = new JsonObject { ["id"] = point.Id };
        if (Payload(point, Member(request, "with_payload"), payloadByDefault) is { } payload)
            json["payload"] = payload;
        if (Vectors(point, Member(request, "with_vector")) is { } vectors)
            json["vector"] = vectors;
        return json;
    }

    public static JsonObject Scored(ContractHit hit, JsonElement request)
    {
        JsonObject json = Record(hit.Point, request, payloadByDefault: false);
        json["version"] = 0;
        json["score"] = (float)hit.Score;
        return json;
    }

    private static JsonObject? Payload(ContractPoint point, JsonElement? wanted, bool byDefault)
    {
        if (wanted is null or { ValueKind: JsonValueKind.True } or { ValueKind: JsonValueKind.False })
            return (wanted is null ? byDefault : wanted.Value.GetBoolean()) ? JsonObject.Create(point.Payload) : null;
        JsonElement keys = wanted.Value;
        if (keys.ValueKind == JsonValueKind.Object)
            keys = keys.TryGetProperty("include", out JsonElement include) ? include : throw ContractException.NotImplemented("payload by exclusion");
        var part = new JsonObject();
        foreach (JsonElement key in keys.EnumerateArray())
            Copy(point.Payload, part, key.GetString()!.Split('.'));
        return part;
    }

    private static void Copy(JsonElement from, JsonObject to, ReadOnlySpan<string> path)
    {
        PayloadPath.Check(path[0]);
        if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(path[0], out JsonElement value))
            return;
        if (path.Length == 1)
        {
            to[path[0]] = JsonSerializer.SerializeToNode(value);
            return;
        }
        if (to[path[0]] is not JsonObject inner)
            to[path[0]] = inner = [];
        Copy(value, inner, path[1..]);
    }

    private static JsonNode? Vectors(ContractPoint point, JsonElement? wanted)
    {
        if (wanted is null or { ValueKind: JsonValueKind.False })
            return null;
        var vectors = new JsonObject();
        foreach ((string name, float[] dense) in point.Dense)
            vectors[name] = new JsonArray([.. dense.Select(static number => (JsonNode)number)]);
        foreach ((string name, float[][] several) in point.Several)
            vectors[name] = new JsonArray([.. several.Select(static one => (JsonNode)new JsonArray([.. one.Select(static number => (JsonNode)number)]))]);
        foreach ((string name, SortedDictionary<uint, float> sparse) in point.Sparse)
        {
            vectors[name] = new JsonObject
            {
                ["indices"] = new JsonArray([.. sparse.Keys.Select(static index => (JsonNode)index)]),
                ["values"] = new JsonArray([.. sparse.Values.Select(static value => (JsonNode)value)]),
            };
        }
        if (wanted.Value.ValueKind == JsonValueKind.Array)
        {
            HashSet<string> names = [.. wanted.Value.EnumerateArray().Select(static name => name.GetString()!)];
            foreach (string name in vectors.Select(static vector => vector.Key).Where(name => !names.Contains(name)).ToArray())
                vectors.Remove(name);
        }
        return vectors.Count == 1 && vectors.ContainsKey("") ? vectors[""]!.DeepClone() : vectors;
    }

    private static JsonElement? Member(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null ? member : null;
}
