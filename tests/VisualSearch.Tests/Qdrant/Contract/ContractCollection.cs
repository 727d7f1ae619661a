using System.Text.Json;
using System.Text.Json.Nodes;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>A collection in memory: its settings, points, payload indexes and snapshots.</summary>
public sealed partial class ContractCollection
{
    private readonly JsonElement settings;
    private readonly JsonObject vectorSettings;

    public ContractCollection(string name, JsonElement settings)
    {
        Name = name;
        this.settings = settings.Clone();
        JsonElement vectors = settings.TryGetProperty("vectors", out JsonElement given) ? given : JsonSerializer.SerializeToElement(new Dictionary<string, int>());
        vectorSettings = JsonObject.Create(vectors.Clone())!;
        if (vectors.TryGetProperty("size", out JsonElement size) && size.ValueKind == JsonValueKind.Number)
            Add("", vectors);
        else
            foreach (JsonProperty vector in vectors.EnumerateObject())
                Add(vector.Name, vector.Value);
        if (settings.TryGetProperty("sparse_vectors", out JsonElement sparse) && sparse.ValueKind == JsonValueKind.Object)
            foreach (JsonProperty vector in sparse.EnumerateObject())
                Sparse.Add(vector.Name, vector.Value.TryGetProperty("modifier", out JsonElement modifier) && modifier.GetString() == "idf");
    }

    public string Name { get; }

    public Dictionary<string, DenseSpace> Dense { get; } = new(StringComparer.Ordinal);

    /// <summary>Sparse vectors by name, and whether the server weights them by rarity.</summary>
    public Dictionary<string, bool> Sparse { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<ulong, ContractPoint> Points { get; } = [];

    public SortedDictionary<string, string> Indexes { get; } = new(StringComparer.Ordinal);

    public List<JsonObject> Snapshots { get; } = [];

    /// <summary>A setting of the collection's strict mode, where that is on.</summary>
    public JsonElement? Strict(string setting) =>
        settings.TryGetProperty("strict_mode_config", out JsonElement strict) && strict.ValueKind == JsonValueKind.Object
        && strict.TryGetProperty("enabled", out JsonElement on) && on.ValueKind == JsonValueKind.True
        && strict.TryGetProperty(setting, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>The points that a filter lets through, by id.</summary>
    /// <param name="request">What may have a member <c>filter</c>.</param>
    /// <param name="update">Whether they are to be changed: strict mode tells the two apart.</param>
    public IEnumerable<ContractPoint> Filtered(JsonElement request, bool update = false) =>
        request.TryGetProperty("filter", out JsonElement filter) && filter.ValueKind == JsonValueKind.Object ? Fitting(filter, update) : Points.Values;

    /// <summary>The points that a filter lets through, by id.</summary>
    public IEnumerable<ContractPoint> Fitting(JsonElement filter, bool update = false)
    {
        foreach ((string key, string[] types) in ContractFilter.Keys(filter))
        {
            PayloadPath.Check(key);
            bool needsIndex = Strict(update ? "unindexed_filtering_update" : "unindexed_filtering_retrieve") is { ValueKind: JsonValueKind.False };
            if (needsIndex && !(Indexes.TryGetValue(key, out string? type) && types.Contains(type)))
                throw new ContractException(System.Net.HttpStatusCode.BadRequest, $"Bad request: Index required but not found for \"{key}\" of one of the following types: [{string.Join(", ", types)}]. Help: Create an index for this key or use a different filter.");
        }
        return Points.Values.Where(point => ContractFilter.Fits(filter, point));
    }

    /// <summary>Writes points, all or none.</summary>
    public void Upsert(JsonElement request)
    {
        if (request.TryGetProperty("batch", out _))
            throw ContractException.NotImplemented("points by column");
        foreach (string condition in (string[])["update_filter", "update_mode"])
            if (request.TryGetProperty(condition, out JsonElement given) && given.ValueKind != JsonValueKind.Null)
                throw ContractException.NotImplemented($"upserts with {condition}");
        ContractPoint[] points = [.. request.GetProperty("points").EnumerateArray().Select(Read)];
        foreach (ContractPoint point in points)
            Points[point.Id] = point;
    }

    /// <summary>The points of a selector: by id, or by filter.</summary>
    public ContractPoint[] Select(JsonElement request)
    {
        if (request.TryGetProperty("points", out JsonElement ids) && ids.ValueKind == JsonValueKind.Array)
            return [.. ids.EnumerateArray().Select(Id).Distinct().Where(Points.ContainsKey).Select(id => Points[id])];
        return request.TryGetProperty("filter", out JsonElement filter) && filter.ValueKind == JsonValueKind.Object
            ? [.. Fitting(filter, update: true)]
            : throw ContractException.WrongInput("Either list of ids or filter must be provided");
    }

    /// <summary>Sets keys of a point's payload; a null takes its key away, as Qdrant's merge does.</summary>
    public static void SetPayload(ContractPoint point, JsonElement payload)
    {
        JsonObject merged = JsonObject.Create(point.Payload)!;
        foreach (JsonProperty member in payload.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Null)
                merged.Remove(member.Name);
            else
                merged[member.Name] = JsonSerializer.SerializeToNode(member.Value);
        }
        point.Payload = JsonSerializer.SerializeToElement(merged);
    }

    public static ulong Id(JsonElement id) => id.ValueKind == JsonValueKind.Number ? id.GetUInt64() : throw ContractException.NotImplemented("UUIDs");

    /// <summary>The settings and counts as replies have them.</summary>
    public JsonObject Describe()
    {
        var parameters = new JsonObject { ["vectors"] = vectorSettings.DeepClone() };
        foreach (string name in (string[])["shard_number", "replication_factor", "write_consistency_factor"])
            parameters[name] = Given(name) ?? 1;
        parameters["on_disk_payload"] = Given("on_disk_payload") ?? true;
        if (Given("sparse_vectors") is { } sparse)
            parameters["sparse_vectors"] = sparse;
        var config = new JsonObject
        {
            ["params"] = parameters,
            ["hnsw_config"] = new JsonObject { ["m"] = 16, ["ef_construct"] = 100, ["full_scan_threshold"] = 10_000 },
            ["optimizer_config"] = new JsonObject { ["default_segment_number"] = 0, ["flush_interval_sec"] = 5 },
        };
        if (Given("metadata") is { } metadata)
            config["metadata"] = metadata;
        var schema = new JsonObject();
        foreach ((string key, string type) in Indexes)
            schema[key] = new JsonObject { ["data_type"] = type, ["points"] = Points.Values.Count(point => PayloadPath.Values(point.Payload, key).Any()) };
        return new JsonObject
        {
            ["status"] = "green",
            ["optimizer_status"] = "ok",
            ["indexed_vectors_count"] = Points.Values.Sum(static point => point.Dense.Count + point.Sparse.Count + point.Several.Count),
            ["points_count"] = Points.Count,
            ["segments_count"] = 1,
            ["config"] = config,
            ["payload_schema"] = schema,
        };
    }

    // Vectors come and go after the collection was made.
    private JsonNode? Given(string name) => name == "vectors" ? vectorSettings.DeepClone()
        : settings.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? JsonSerializer.SerializeToNode(value)
        : null;

    private void Add(string name, JsonElement vector)
    {
        bool several = vector.TryGetProperty("multivector_config", out JsonElement multi) && multi.ValueKind != JsonValueKind.Null;
        Dense.Add(name, new DenseSpace(name, vector.GetProperty("size").GetInt32(), vector.GetProperty("distance").GetString()!, several));
    }

    private ContractPoint Read(JsonElement json)
    {
        var point = new ContractPoint { Id = Id(json.GetProperty("id")) };
        if (json.TryGetProperty("payload", out JsonElement payload) && payload.ValueKind == JsonValueKind.Object)
            point.Payload = payload.Clone();
        ReadVectors(point, json.GetProperty("vector"));
        return point;
    }

    private void ReadVectors(ContractPoint point, JsonElement vectors)
    {
        if (vectors.ValueKind == JsonValueKind.Array)
            ReadVector(point, "", vectors);
        else
            foreach (JsonProperty vector in vectors.EnumerateObject())
                ReadVector(point, vector.Name, vector.Value);
    }

    private void ReadVector(ContractPoint point, string name, JsonElement json)
    {
        if (Dense.TryGetValue(name, out DenseSpace? space) && space.Several)
            point.Several[name] = space.StoredSeveral(json);
        else if (space is not null)
            point.Dense[name] = json.ValueKind == JsonValueKind.Array ? space.Stored(ContractVectors.Dense(json)) : throw ContractException.WrongInput($"Vector {name} is a dense vector");
        else if (Sparse.ContainsKey(name))
            point.Sparse[name] = json.ValueKind == JsonValueKind.Object ? ContractVectors.Sparse(json) : throw ContractException.WrongInput($"Vector {name} is a sparse vector");
        else
            throw ContractException.WrongInput($"Not existing vector name error: {name}");
    }
}
