using System.Net;
using System.Text;
using static VisualSearch.Tests.Qdrant.PointSamples;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>The contract server can say no: requests that are right are accepted, and each of them with one thing wrong is refused.</summary>
public sealed class MutationTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string> Requests = new()
    {
        ["create"] = """
            PUT /collections/new?timeout=5
            {"vectors":{"visual":{"size":4,"distance":"Cosine","on_disk":true,"quantization_config":{"scalar":{"type":"int8","quantile":0.99,"always_ram":true}}}},
             "sparse_vectors":{"words":{"modifier":"idf"}},"shard_number":2,"replication_factor":1,"write_consistency_factor":1}
            """,
        ["upsert"] = """
            PUT /collections/photos/points?wait=true&ordering=weak
            {"points":[{"id":7,"vector":{"visual":[1.5,0],"words":{"indices":[1,5],"values":[0.5,1]}},"payload":{"a":1}}]}
            """,
        ["addvector"] = """
            PUT /collections/photos/vectors/more?wait=true&ordering=weak&timeout=5
            {"dense":{"size":3,"distance":"Cosine","multivector_config":{"comparator":"max_sim"}}}
            """,
        ["dropvector"] = """
            DELETE /collections/photos/vectors/more?wait=true

            """,
        ["layout"] = """
            PATCH /collections/photos?timeout=5
            {"vectors":{"parts":{"on_disk":true,"quantization_config":{"scalar":{"type":"int8","quantile":0.99,"always_ram":true}}}}}
            """,
        ["setvectors"] = """
            PUT /collections/photos/points/vectors?wait=true&ordering=weak
            {"points":[{"id":1,"vector":{"parts":[[1,0],[0.5,1]]}},{"id":2,"vector":{"parts":[[1,1]]}}],"update_filter":{"should":[{"must":[{"has_id":[1]},{"key":"c","match":{"any":["x"]}}]}]}}
            """,
        ["several"] = """
            POST /collections/photos/points/query
            {"query":{"nearest":[[1,0],[0,1]]},"using":"parts","limit":3,"with_vector":["parts"],"params":{"hnsw_ef":64,"quantization":{"rescore":true,"oversampling":2.0}}}
            """,
        ["index"] = """
            PUT /collections/photos/index?wait=true
            {"field_name":"a","field_schema":"integer"}
            """,
        ["delete"] = """
            POST /collections/photos/points/delete?wait=true
            {"points":[1,2]}
            """,
        ["get"] = """
            POST /collections/photos/points
            {"ids":[1],"with_payload":["a"],"with_vector":true}
            """,
        ["payload"] = """
            POST /collections/photos/points/payload?wait=true
            {"payload":{"b":2},"points":[1]}
            """,
        ["scroll"] = """
            POST /collections/photos/points/scroll
            {"limit":2,"offset":1,"filter":{"must":[{"key":"a","match":{"value":1}}],"should":{"is_empty":{"key":"b"}}},"with_payload":true,"with_vector":false}
            """,
        ["count"] = """
            POST /collections/photos/points/count
            {"exact":true,"filter":{"must_not":[{"has_id":[1,2]},{"key":"a","range":{"gte":0.5,"lt":9}}]}}
            """,
        ["query"] = """
            POST /collections/photos/points/query?timeout=5
            {"query":{"nearest":[1,0]},"using":"visual","limit":3,"offset":1,"with_payload":true,"score_threshold":-9,
             "params":{"hnsw_ef":64,"exact":false,"quantization":{"rescore":true,"oversampling":2.0}}}
            """,
        ["fusion"] = """
            POST /collections/photos/points/query
            {"prefetch":[{"query":{"nearest":[1,0]},"using":"visual","limit":5},{"query":{"nearest":{"indices":[1],"values":[1]}},"using":"words","limit":5}],"query":{"rrf":{"k":2,"weights":[1,2]}}}
            """,
        ["recommend"] = """
            POST /collections/photos/points/query
            {"query":{"recommend":{"positive":[1],"negative":[2],"strategy":"average_vector"}},"using":"visual"}
            """,
        ["groups"] = """
            POST /collections/photos/points/query/groups
            {"query":{"nearest":[1,0]},"using":"visual","group_by":"a","group_size":2,"limit":4}
            """,
        ["batch"] = """
            POST /collections/photos/points/query/batch
            {"searches":[{"query":{"nearest":[1,0]},"using":"visual"}]}
            """,
        ["facet"] = """
            POST /collections/photos/facet
            {"key":"c","limit":5,"exact":true}
            """,
        ["alias"] = """
            POST /collections/aliases
            {"actions":[{"delete_alias":{"alias_name":"live"}},{"create_alias":{"alias_name":"live","collection_name":"photos"}}]}
            """,
        ["snapshot"] = """
            POST /collections/photos/snapshots?wait=true

            """,
        ["info"] = """
            GET /collections/photos

            """,
    };

    private ContractServer server = null!;

    public async Task InitializeAsync()
    {
        server = await ContractServer.StartAsync();
        using var client = new Search.Stores.Qdrant.Client.QdrantClient(Search.Stores.Qdrant.Client.QdrantOptions.For(server.Address.ToString()));
        client.CreateCollection(Collection, Settings());
        client.Upsert(Collection, [Point(1, [1, 0], """{"a":1,"c":"x"}""", (1, 1f)), Point(2, [0, 1], """{"a":2}"""), Point(3, [1, 1])]);
        client.CreateVector(Collection, "parts", new Search.Stores.Qdrant.Client.DenseVectorSettings
        {
            Size = 2,
            Distance = Search.Stores.Qdrant.Client.VectorDistance.Cosine,
            MultivectorConfig = Search.Stores.Qdrant.Client.MultivectorSettings.MaxSim,
        });
        client.CreatePayloadIndex(Collection, "c", Search.Stores.Qdrant.Client.PayloadIndexType.Keyword);
    }

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [ContractTheory]
    [InlineData("create", "\"size\":4", "\"size\":0", 400)]
    [InlineData("create", "\"size\":4,", "", 400)]
    [InlineData("create", "\"size\":4", "\"size\":4.5", 400)]
    [InlineData("create", "Cosine", "cosine", 400)]
    [InlineData("create", "int8", "int4", 400)]
    [InlineData("create", "0.99", "0.3", 400)]
    [InlineData("create", "0.99", "1.1", 400)]
    [InlineData("create", "\"idf\"", "\"bm25\"", 400)]
    [InlineData("create", "\"shard_number\":2", "\"shard_number\":0", 400)]
    [InlineData("create", "\"shard_number\":2", "\"shards\":2", 400)]
    [InlineData("create", "\"shard_number\":2", "\"shard_number\":\"2\"", 400)]
    [InlineData("create", "\"on_disk\":true", "\"on_disc\":true", 400)]
    [InlineData("create", "timeout=5", "timeout=soon", 400)]
    [InlineData("create", "/new", "/photos", 409)]
    [InlineData("create", "PUT", "POST", 405)]
    [InlineData("upsert", "\"id\":7", "\"id\":-7", 400)]
    [InlineData("upsert", "\"id\":7", "\"id\":\"seven\"", 400)]
    [InlineData("upsert", "\"id\":7,", "", 400)]
    [InlineData("upsert", "[1.5,0]", "[1.5,0,0]", 400)]
    [InlineData("upsert", "[1.5,0]", "[1.5,\"0\"]", 400)]
    [InlineData("upsert", "[1.5,0]", "[1.5,null]", 400)]
    [InlineData("upsert", "[1.5,0]", "[1.5,1e39]", 400)]
    [InlineData("upsert", "\"visual\"", "\"audible\"", 400)]
    [InlineData("upsert", "[1,5]", "[1,5,6]", 422)]
    [InlineData("upsert", "[1,5]", "[5,5]", 422)]
    [InlineData("upsert", "[1,5]", "[1,-5]", 400)]
    [InlineData("upsert", "[1,5]", "[1,4294967296]", 400)]
    [InlineData("upsert", "\"payload\":{\"a\":1}", "\"payload\":[1]", 400)]
    [InlineData("upsert", "\"payload\"", "\"payloads\"", 400)]
    [InlineData("upsert", "\"points\"", "\"point\"", 400)]
    [InlineData("upsert", "wait=true", "wait=yes", 400)]
    [InlineData("upsert", "wait=true", "await=true", 400)]
    [InlineData("upsert", "ordering=weak", "ordering=none", 400)]
    [InlineData("upsert", "/photos/", "/films/", 404)]
    [InlineData("upsert", "/points?", "/pointz?", 404)]
    [InlineData("upsert", "PUT", "PATCH", 405)]
    [InlineData("upsert", "{\"points\"", "\"points\"", 400)]
    [InlineData("addvector", "\"size\":3", "\"size\":0", 400)]
    [InlineData("addvector", "\"size\":3", "\"size\":65537", 400)]
    [InlineData("addvector", "\"size\":3,", "", 400)]
    [InlineData("addvector", "max_sim", "maxsim", 400)]
    [InlineData("addvector", "\"comparator\"", "\"compare\"", 400)]
    [InlineData("addvector", "\"multivector_config\"", "\"multi\"", 400)]
    [InlineData("addvector", "\"size\":3", "\"size\":3,\"on_disk\":true", 400)]
    [InlineData("addvector", "\"dense\"", "\"thick\"", 400)]
    [InlineData("addvector", "/photos/", "/films/", 404)]
    [InlineData("addvector", "PUT", "POST", 405)]
    [InlineData("addvector", "timeout=5", "timeout=0", 400)]
    [InlineData("dropvector", "/photos/", "/films/", 404)]
    [InlineData("dropvector", "wait=true\n", "wait=true\n{}", 400)]
    [InlineData("dropvector", "DELETE", "GET", 405)]
    [InlineData("layout", "\"parts\"", "\"part\"", 400)]
    [InlineData("layout", "\"on_disk\":true", "\"on_disk\":1", 400)]
    [InlineData("layout", "\"on_disk\"", "\"size\":3,\"on_disk\"", 400)]
    [InlineData("layout", "int8", "int4", 400)]
    [InlineData("layout", "{\"vectors\"", "{\"vector\"", 400)]
    [InlineData("layout", "/photos", "/films", 404)]
    [InlineData("setvectors", "[0.5,1]", "[0.5,1,2]", 400)]
    [InlineData("setvectors", "[[1,0],[0.5,1]]", "[]", 422)]
    [InlineData("setvectors", "[0.5,1]", "[]", 422)]
    [InlineData("setvectors", "[0.5,1]", "0.5", 400)]
    [InlineData("setvectors", "[0.5,1]", "[0.5,\"1\"]", 400)]
    [InlineData("setvectors", "\"parts\":[[1,0]", "\"visual\":[[1,0]", 400)]
    [InlineData("setvectors", "\"parts\"", "\"part\"", 400)]
    [InlineData("setvectors", "\"id\":2", "\"id\":99", 404)]
    [InlineData("setvectors", "\"id\":2,", "", 400)]
    [InlineData("setvectors", "\"id\":2,", "\"id\":2,\"payload\":{},", 400)]
    [InlineData("setvectors", "\"update_filter\"", "\"filter\"", 400)]
    [InlineData("setvectors", "[1]},", "[1,1]},", 400)]
    [InlineData("setvectors", "PUT", "POST", 405)]
    [InlineData("several", "[[1,0],[0,1]]", "[[1,0],[0,1,0]]", 400)]
    [InlineData("several", "[[1,0],[0,1]]", "[[]]", 422)]
    [InlineData("several", "[[1,0],[0,1]]", "[[1,0],1]", 400)]
    [InlineData("several", "\"parts\",\"limit\"", "\"visual\",\"limit\"", 400)]
    [InlineData("several", "\"parts\",\"limit\"", "\"words\",\"limit\"", 400)]
    [InlineData("index", "integer", "number", 400)]
    [InlineData("index", "\"field_name\":\"a\"", "\"field_name\":\"a..b\"", 400)]
    [InlineData("index", "\"field_name\":\"a\",", "", 400)]
    [InlineData("delete", "\"points\":[1,2]", "\"ids\":[1,2]", 400)]
    [InlineData("delete", "[1,2]", "1", 400)]
    [InlineData("delete", "POST", "DELETE", 405)]
    [InlineData("get", "[1],", "[1.0],", 400)]
    [InlineData("get", "\"with_vector\":true", "\"with_vectors\":true", 400)]
    [InlineData("get", "[\"a\"]", "\"a\"", 400)]
    [InlineData("payload", "{\"b\":2}", "null", 400)]
    [InlineData("payload", ",\"points\":[1]", "", 400)]
    [InlineData("scroll", "\"limit\":2", "\"limit\":0", 400)]
    [InlineData("scroll", "\"value\":1", "\"value\":1.5", 400)]
    [InlineData("scroll", "\"value\":1", "\"equals\":1", 400)]
    [InlineData("scroll", "\"must\"", "\"all\"", 400)]
    [InlineData("scroll", "\"key\":\"a\",", "", 400)]
    [InlineData("scroll", "\"key\":\"a\"", "\"key\":\"a[x]\"", 400)]
    [InlineData("count", "[1,2]", "[1,1]", 400)]
    [InlineData("count", "0.5", "\"half\"", 400)]
    [InlineData("count", "\"gte\"", "\"ge\"", 400)]
    [InlineData("count", "\"exact\":true", "\"exact\":\"true\"", 400)]
    [InlineData("query", "\"nearest\":[1,0]", "\"nearest\":[1,0,0]", 400)]
    [InlineData("query", "\"nearest\"", "\"near\"", 400)]
    [InlineData("query", "\"using\":\"visual\"", "\"using\":\"words\"", 400)]
    [InlineData("query", "\"using\":\"visual\",", "", 400)]
    [InlineData("query", "\"nearest\":[1,0]", "\"nearest\":99", 404)]
    [InlineData("query", "\"hnsw_ef\":64", "\"hnsw_ef\":0", 400)]
    [InlineData("query", "\"hnsw_ef\":64", "\"ef\":64", 400)]
    [InlineData("query", "2.0", "0.5", 400)]
    [InlineData("query", "\"limit\":3", "\"limit\":-3", 400)]
    [InlineData("query", "\"score_threshold\":-9", "\"score_threshold\":\"-9\"", 400)]
    [InlineData("query", "timeout=5", "timeout=0", 400)]
    [InlineData("fusion", "\"k\":2", "\"k\":0", 400)]
    [InlineData("fusion", "[1,2]}", "[1,2,3]}", 400)]
    [InlineData("fusion", "\"rrf\"", "\"rff\"", 400)]
    [InlineData("fusion", "\"prefetch\"", "\"prefetches\"", 400)]
    [InlineData("recommend", "average_vector", "average", 400)]
    [InlineData("recommend", "\"positive\":[1],", "", 400)]
    [InlineData("groups", "\"group_by\":\"a\"", "\"group_by\":\"\"", 400)]
    [InlineData("groups", "\"group_by\":\"a\",", "", 400)]
    [InlineData("groups", "\"group_size\":2", "\"group_size\":0", 400)]
    [InlineData("batch", "\"searches\"", "\"queries\"", 400)]
    [InlineData("batch", "[1,0]", "[1]", 400)]
    [InlineData("facet", "\"key\":\"c\"", "\"key\":\"a\"", 400)]
    [InlineData("facet", "\"limit\":5", "\"limit\":0", 400)]
    [InlineData("alias", "\"collection_name\":\"photos\"", "\"collection_name\":\"films\"", 404)]
    [InlineData("alias", "\"create_alias\"", "\"make_alias\"", 400)]
    [InlineData("alias", "\"alias_name\":\"live\",", "\"name\":\"live\",", 400)]
    [InlineData("alias", "\"alias_name\":\"live\",", "\"alias_name\":\"photos\",", 409)]
    [InlineData("snapshot", "wait=true", "wait=1x", 400)]
    [InlineData("snapshot", "/photos/", "/films/", 404)]
    [InlineData("info", "/collections/photos", "/collection/photos", 404)]
    [InlineData("info", "GET", "POST", 405)]
    [InlineData("info", "/photos\n", "/photos\n{}", 400)]
    public async Task One_thing_wrong_is_refused(string name, string right, string wrong, int status)
    {
        string request = Requests[name].ReplaceLineEndings("\n");
        int at = request.IndexOf(right, StringComparison.Ordinal);
        Assert.True(at >= 0, $"'{right}' is not in the request.");
        int before = server.State.PointCount;
        (HttpStatusCode refused, string message) = await SendAsync(string.Concat(request.AsSpan(0, at), wrong, request.AsSpan(at + right.Length)));
        Assert.True((int)refused == status, $"{(int)refused}: {message}");
        Assert.Equal(before, server.State.PointCount);

        (HttpStatusCode accepted, string reply) = await SendAsync(request);
        Assert.True(accepted == HttpStatusCode.OK, $"{(int)accepted}: {reply}");
    }

    private async Task<(HttpStatusCode Status, string Reply)> SendAsync(string request)
    {
        using var http = new HttpClient();
        int line = request.IndexOf('\n', StringComparison.Ordinal), space = request.IndexOf(' ', StringComparison.Ordinal);
        using var message = new HttpRequestMessage(new HttpMethod(request[..space]), new Uri(server.Address, request[(space + 1)..line]));
        if (request[(line + 1)..].Trim() is { Length: > 0 } body)
            message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using HttpResponseMessage reply = await http.SendAsync(message);
        return (reply.StatusCode, await reply.Content.ReadAsStringAsync());
    }
}
