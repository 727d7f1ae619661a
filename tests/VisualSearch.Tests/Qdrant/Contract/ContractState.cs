using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>What the nodes of a contract cluster share: collections and aliases; and what each operation does to them.</summary>
public sealed class ContractState
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, ContractCollection> collections = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> aliases = new(StringComparer.Ordinal);
    private int operations;

    /// <summary>The addresses of the nodes, as the cluster names them.</summary>
    public List<Uri> Nodes { get; } = [];

    /// <summary>How many points there are in all: what tests look at past any request.</summary>
    public int PointCount
    {
        get
        {
            lock (gate)
                return collections.Values.Sum(static collection => collection.Points.Count);
        }
    }

    /// <summary>Does what an operation asks for.</summary>
    /// <returns>The result, to be wrapped; <c>null</c> is not among them.</returns>
    /// <exception cref="ContractException">It can't be done.</exception>
    public JsonNode Do(OpenApiContract.Operation operation, JsonElement body)
    {
        lock (gate)
            return Route(operation, body);
    }

    private JsonNode Route(OpenApiContract.Operation operation, JsonElement body)
    {
        string name = operation.Path.GetValueOrDefault("collection_name", "");
        switch (operation.Name)
        {
            case "GET /collections":
                return new JsonObject { ["collections"] = new JsonArray([.. collections.Keys.Select(static key => (JsonNode)new JsonObject { ["name"] = key })]) };
            case "GET /collections/{collection_name}/exists":
                return new JsonObject { ["exists"] = collections.ContainsKey(name) || aliases.ContainsKey(name) };
            case "GET /collections/{collection_name}":
                return Find(name).Describe();
            case "PUT /collections/{collection_name}":
                return Create(name, body);
            case "DELETE /collections/{collection_name}":
                return Delete(name);
            case "POST /collections/aliases":
                return ChangeAliases(body);
            case "GET /aliases":
                return new JsonObject { ["aliases"] = Aliases(aliases) };
            case "GET /collections/{collection_name}/aliases":
                return new JsonObject { ["aliases"] = Aliases(aliases.Where(alias => alias.Value == Find(name).Name)) };
            case "PUT /collections/{collection_name}/index":
                return CreateIndex(Find(name), body);
            case "DELETE /collections/{collection_name}/index/{field_name}":
                Find(name).Indexes.Remove(operation.Path["field_name"]);
                return Done();
            case "PATCH /collections/{collection_name}":
                Find(name).Change(body);
                return true;
            case "PUT /collections/{collection_name}/vectors/{vector_name}":
                Find(name).CreateVector(operation.Path["vector_name"], body);
                return Done();
            case "DELETE /collections/{collection_name}/vectors/{vector_name}":
                Find(name).DeleteVector(operation.Path["vector_name"]);
                return Done();
            case "GET /cluster":
                return Cluster();
            case "POST /collections/{collection_name}/snapshots":
                return Snapshot(Find(name));
            case "GET /collections/{collection_name}/snapshots":
                return new JsonArray([.. Find(name).Snapshots.Select(static snapshot => snapshot.DeepClone())]);
            case "DELETE /collections/{collection_name}/snapshots/{snapshot_name}":
                string snapshot = operation.Path["snapshot_name"];
                return Find(name).Snapshots.RemoveAll(s => (string)s["name"]! == snapshot) > 0 ? true : throw ContractException.NotFound($"Snapshot {snapshot} not found");
            default:
                return Points(operation.Name, name, body);
        }
    }

    private JsonNode Points(string operation, string name, JsonElement body)
    {
        const string Prefix = "/collections/{collection_name}/";
        ContractCollection collection = Find(name);
        switch (operation.Replace(Prefix, "", StringComparison.Ordinal))
        {
            case "PUT points":
                collection.Upsert(body);
                return Done();
            case "PUT points/vectors":
                collection.UpdateVectors(body);
                return Done();
            case "POST points":
                return new JsonArray([.. collection.Select(Renamed(body)).Select(point => (JsonNode)ContractReplies.Record(point, body, payloadByDefault: true))]);
            case "POST points/delete":
                foreach (ContractPoint point in collection.Select(body))
                    collection.Points.Remove(point.Id);
                return Done();
            case "POST points/payload":
                if (body.TryGetProperty("key", out JsonElement key) && key.ValueKind != JsonValueKind.Null)
                    throw ContractException.NotImplemented("payload set below a key");
                foreach (ContractPoint point in collection.Select(body))
                    ContractCollection.SetPayload(point, body.GetProperty("payload"));
                return Done();
            case "POST points/count":
                return new JsonObject { ["count"] = collection.Filtered(body).Count() };
            case "POST points/scroll":
                return Scroll(collection, body);
            case "POST points/query":
                return Query(collection, body);
            case "POST points/query/batch":
                return new JsonArray([.. body.GetProperty("searches").EnumerateArray().Select(search => (JsonNode)Query(collection, search))]);
            case "POST points/query/groups":
                return new JsonObject
                {
                    ["groups"] = new JsonArray([.. new ContractQuery(collection).Groups(body).Select(group => (JsonNode)new JsonObject
                    {
                        ["id"] = JsonSerializer.SerializeToNode(group.Id),
                        ["hits"] = new JsonArray([.. group.Hits.Select(hit => (JsonNode)ContractReplies.Scored(hit, body))]),
                    })]),
                };
            case "POST facet":
                return Facet(collection, body);
            default:
                throw ContractException.NotImplemented(operation);
        }
    }

    private ContractCollection Find(string name) =>
        collections.GetValueOrDefault(aliases.GetValueOrDefault(name, name)) ?? throw ContractException.NotFound($"Collection `{name}` doesn't exist!");

    private JsonNode Create(string name, JsonElement body)
    {
        if (collections.ContainsKey(name))
            throw new ContractException(HttpStatusCode.Conflict, $"Wrong input: Collection `{name}` already exists!");
        if (aliases.ContainsKey(name))
            throw ContractException.WrongInput($"Can't create collection with name {name}. Alias with the same name already exists");
        collections.Add(name, new ContractCollection(name, body));
        return true;
    }

    private JsonNode Delete(string name)
    {
        foreach (string alias in aliases.Where(alias => alias.Value == name).Select(static alias => alias.Key).ToArray())
            aliases.Remove(alias);
        return collections.Remove(name);
    }

    private JsonNode ChangeAliases(JsonElement body)
    {
        var changed = new SortedDictionary<string, string>(aliases, StringComparer.Ordinal);
        foreach (JsonElement action in body.GetProperty("actions").EnumerateArray())
        {
            if (action.TryGetProperty("delete_alias", out JsonElement delete))
            {
                changed.Remove(delete.GetProperty("alias_name").GetString()!);
            }
            else if (action.TryGetProperty("create_alias", out JsonElement create))
            {
                string alias = create.GetProperty("alias_name").GetString()!, collection = create.GetProperty("collection_name").GetString()!;
                if (!collections.ContainsKey(collection))
                    throw ContractException.NotFound($"Collection `{collection}` doesn't exist!");
                if (collections.ContainsKey(alias))
                    throw new ContractException(HttpStatusCode.Conflict, $"Wrong input: Collection `{alias}` already exists!");
                changed[alias] = collection;
            }
            else
            {
                throw ContractException.NotImplemented("renaming aliases");
            }
        }
        aliases.Clear();
        foreach ((string alias, string collection) in changed)
            aliases.Add(alias, collection);
        return true;
    }

    private JsonObject CreateIndex(ContractCollection collection, JsonElement body)
    {
        string key = body.GetProperty("field_name").GetString()!;
        PayloadPath.Check(key);
        if (!body.TryGetProperty("field_schema", out JsonElement schema) || schema.ValueKind == JsonValueKind.Null)
            throw ContractException.NotImplemented("indexes of a type that is guessed");
        collection.Indexes[key] = schema.ValueKind == JsonValueKind.String ? schema.GetString()! : schema.GetProperty("type").GetString()!;
        return Done();
    }

    private static JsonObject Query(ContractCollection collection, JsonElement request) => new()
    {
        ["points"] = new JsonArray([.. new ContractQuery(collection).Run(request).Select(hit => (JsonNode)ContractReplies.Scored(hit, request))]),
    };

    private static JsonObject Scroll(ContractCollection collection, JsonElement body)
    {
        if (body.TryGetProperty("order_by", out JsonElement order) && order.ValueKind != JsonValueKind.Null)
            throw ContractException.NotImplemented("scrolling by payload");
        int limit = body.TryGetProperty("limit", out JsonElement most) && most.ValueKind != JsonValueKind.Null ? most.GetInt32() : 10;
        ulong first = body.TryGetProperty("offset", out JsonElement offset) && offset.ValueKind != JsonValueKind.Null ? ContractCollection.Id(offset) : 0;
        ContractPoint[] found = [.. collection.Filtered(body).Where(point => point.Id >= first).Take(limit + 1)];
        return new JsonObject
        {
            ["points"] = new JsonArray([.. found.Take(limit).Select(point => (JsonNode)ContractReplies.Record(point, body, payloadByDefault: true))]),
            ["next_page_offset"] = found.Length > limit ? found[limit].Id : null,
        };
    }

    private static JsonObject Facet(ContractCollection collection, JsonElement body)
    {
        string key = body.GetProperty("key").GetString()!;
        if (collection.Indexes.GetValueOrDefault(key) is not ("keyword" or "integer" or "bool" or "uuid"))
            throw ContractException.WrongInput($"No appropriate index for faceting: `{key}`. Please create one to facet on this field.");
        int limit = body.TryGetProperty("limit", out JsonElement most) && most.ValueKind != JsonValueKind.Null ? most.GetInt32() : 10;
        var hits = collection.Filtered(body)
            .SelectMany(point => PayloadPath.Values(point.Payload, key).SelectMany(static v => v.ValueKind == JsonValueKind.Array ? v.EnumerateArray().ToArray() : [v])
                .Where(static v => v.ValueKind is JsonValueKind.String or JsonValueKind.True or JsonValueKind.False || (v.ValueKind == JsonValueKind.Number && v.TryGetInt64(out _)))
                .DistinctBy(static v => v.GetRawText()))
            .GroupBy(static v => v.GetRawText())
            .OrderByDescending(static group => group.Count()).ThenBy(static group => group.First().ToString(), StringComparer.Ordinal)
            .Take(limit);
        return new JsonObject
        {
            ["hits"] = new JsonArray([.. hits.Select(static group => (JsonNode)new JsonObject { ["value"] = JsonSerializer.SerializeToNode(group.First()), ["count"] = group.Count() })]),
        };
    }

    private JsonObject Cluster()
    {
        if (Nodes.Count < 2)
            return new JsonObject { ["status"] = "disabled" };
        var peers = new JsonObject();
        for (int i = 0; i < Nodes.Count; i++)
            peers[$"{i + 1}"] = new JsonObject { ["uri"] = Nodes[i].ToString() };
        return new JsonObject
        {
            ["status"] = "enabled",
            ["peer_id"] = 1,
            ["peers"] = peers,
            ["raft_info"] = new JsonObject { ["term"] = 1, ["commit"] = 1, ["pending_operations"] = 0, ["leader"] = 1, ["role"] = "Leader", ["is_voter"] = true },
            ["consensus_thread_status"] = new JsonObject { ["consensus_thread_status"] = "working", ["last_update"] = "2026-01-01T00:00:00Z" },
            ["message_send_failures"] = new JsonObject(),
        };
    }

    private JsonObject Snapshot(ContractCollection collection)
    {
        var snapshot = new JsonObject { ["name"] = $"{collection.Name}-{++operations}.snapshot", ["creation_time"] = "2026-01-01T00:00:00", ["size"] = collection.Points.Count * 1000L };
        collection.Snapshots.Add(snapshot);
        return (JsonObject)snapshot.DeepClone();
    }

    private static JsonArray Aliases(IEnumerable<KeyValuePair<string, string>> list) =>
        new([.. list.Select(static alias => (JsonNode)new JsonObject { ["alias_name"] = alias.Key, ["collection_name"] = alias.Value })]);

    private JsonObject Done() => new() { ["operation_id"] = ++operations, ["status"] = "completed" };

    // A selector calls "points" what a request for points calls "ids".
    private static JsonElement Renamed(JsonElement body) => JsonSerializer.SerializeToElement(new JsonObject { ["points"] = JsonSerializer.SerializeToNode(body.GetProperty("ids")) });
}
