using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace VisualSearch.Tests.Api;

[Collection("server")]
public sealed class LabEndpointTests(ServerFixture server)
{
    private const string Lab = "/v1/collections/test/lab";

    [Fact]
    public async Task It_says_which_indexes_codes_and_settings_there_are()
    {
        var options = await server.Client.GetFromJsonAsync<JsonElement>(Lab);
        Assert.Equal(ServerFixture.Pictures, options.GetProperty("vectors").GetInt32());
        Assert.Equal(["none", "int8"], options.GetProperty("codes").EnumerateArray().Take(2).Select(static code => code.GetString()!));
        var families = options.GetProperty("families").EnumerateArray().ToDictionary(static family => family.GetProperty("name").GetString()!);
        Assert.Equal(["efSearch", "m", "efConstruction"], families["hnsw"].GetProperty("controls").EnumerateArray().Select(static control => control.GetProperty("name").GetString()!));
        Assert.Empty(families["flat"].GetProperty("controls").EnumerateArray());
    }

    [Fact]
    public async Task An_experiment_compares_with_the_truth_and_shows_the_way()
    {
        var reply = await RunAsync(new { itemId = await AnyItemAsync(), k = 10 });
        var measures = reply.GetProperty("measures");
        Assert.Equal(1, measures.GetProperty("recall").GetDouble());
        Assert.Equal(ServerFixture.Pictures, measures.GetProperty("vectors").GetInt32());
        Assert.InRange(measures.GetProperty("visited").GetInt32(), 10, 2 * ServerFixture.Pictures);
        Assert.Equal(Ids(reply, "exact"), Ids(reply, "approximate"));
        var walk = reply.GetProperty("walk");
        var nodes = walk.GetProperty("nodes").GetArrayLength();
        var hops = walk.GetProperty("hops").EnumerateArray().ToArray();
        Assert.Equal(hops.Length, reply.GetProperty("stops").GetArrayLength());
        Assert.All(hops, hop => Assert.InRange(hop.GetProperty("node").GetInt32(), 0, nodes - 1));
        Assert.Equal(reply.GetProperty("query").GetProperty("itemId").GetInt64(), Ids(reply, "exact")[0]);
    }

    [Fact]
    public async Task A_hasty_search_misses_and_says_which()
    {
        var missed = 0;
        foreach (var item in await ItemsAsync(12))
        {
            var reply = await RunAsync(new { itemId = item, k = 5, codes = "int8", rescore = false, settings = new { m = 2, efConstruction = 1, efSearch = 1 } });
            var exact = Ids(reply, "exact");
            var found = Ids(reply, "approximate");
            Assert.Equal(exact.Select(id => found.Contains(id)), reply.GetProperty("exact").EnumerateArray().Select(static result => result.GetProperty("inBoth").GetBoolean()));
            missed += exact.Except(found).Count();
            Assert.Equal(exact.Intersect(found).Count() / 5.0, reply.GetProperty("measures").GetProperty("recall").GetDouble(), 0.21);
        }

        Assert.True(missed > 0);
    }

    [Fact]
    public async Task Words_filters_and_a_family_that_does_not_walk()
    {
        var words = await RunAsync(new { text = "a red circle", family = "flat", k = 3 });
        Assert.False(words.TryGetProperty("walk", out _));
        Assert.False(words.TryGetProperty("query", out _));
        Assert.Equal(1, words.GetProperty("measures").GetProperty("recall").GetDouble());

        var filtered = await RunAsync(new { text = "a red circle", k = 40, filterShare = 0.5 });
        Assert.InRange(filtered.GetProperty("exact").GetArrayLength(), 8, 32);
        Assert.Equal(Ids(filtered, "exact"), Ids(filtered, "approximate"));
        Assert.True(filtered.GetProperty("measures").GetProperty("visited").GetInt32() > 0);
    }

    [Theory]
    [InlineData("hnsw", false)]
    [InlineData("ivf-flat", true)]
    [InlineData("ivf-pq", true)]
    [InlineData("lsh", true)]
    [InlineData("flat", false)]
    public async Task Every_family_tells_what_it_visited_and_the_memory_it_holds(string family, bool probes)
    {
        var measures = (await RunAsync(new { itemId = await AnyItemAsync(), family, k = 3 })).GetProperty("measures");
        Assert.InRange(measures.GetProperty("visited").GetInt64(), 3, 2 * ServerFixture.Pictures);
        Assert.True(measures.GetProperty("memoryBytes").GetInt64() >= ServerFixture.Pictures * 256 * sizeof(float));
        Assert.Equal(probes, measures.TryGetProperty("probed", out _));
    }

    [Theory]
    [InlineData("""{"text":"x","k":0}""", "k")]
    [InlineData("""{"text":"x","filterShare":0}""", "filterShare")]
    [InlineData("""{"text":"x","family":"quantum"}""", "family")]
    [InlineData("""{"text":"x","settings":{"efSearch":100000}}""", "settings.efSearch")]
    [InlineData("""{"text":"x","settings":{"nProbe":3}}""", "settings")]
    [InlineData("""{"text":"x","codes":"int3"}""", "codes")]
    [InlineData("""{"text":"x","itemId":1}""", "itemId")]
    [InlineData("""{}""", "itemId")]
    public async Task A_value_that_cannot_be_used_is_named(string body, string field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await server.Client.PostAsync($"{Lab}/experiments", content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(field, problem.GetProperty("field").GetString());
    }

    [Fact]
    public async Task An_unknown_item_or_collection_is_not_found()
    {
        using var item = await server.Client.PostAsJsonAsync($"{Lab}/experiments", new { itemId = 999_999 });
        Assert.Equal(HttpStatusCode.NotFound, item.StatusCode);
        using var collection = await server.Client.GetAsync("/v1/collections/nowhere/lab");
        Assert.Equal(HttpStatusCode.NotFound, collection.StatusCode);
    }

    [Fact]
    public async Task The_last_bench_is_read_or_there_are_no_rows()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "wwwroot", "bench", "ann.json");
        var reply = await server.Client.GetFromJsonAsync<JsonElement>("/v1/lab/bench");
        Assert.Equal(File.Exists(file), reply.GetProperty("rows").GetArrayLength() > 0);
    }

    private async Task<JsonElement> RunAsync(object request)
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            using var response = await server.Client.PostAsJsonAsync($"{Lab}/experiments", request);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
            var reply = await response.Content.ReadFromJsonAsync<JsonElement>();
            if (response.StatusCode == HttpStatusCode.OK) return reply;
            Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
            Assert.Equal(ServerFixture.Pictures, reply.GetProperty("building").GetProperty("total").GetInt32());
        }

        throw new TimeoutException("The index was not built.");
    }

    private async Task<long> AnyItemAsync() => (await ItemsAsync(1))[0];

    private async Task<long[]> ItemsAsync(int count)
    {
        var samples = await server.Client.GetFromJsonAsync<JsonElement>($"/v1/collections/test/samples?k={count}");
        return [.. samples.EnumerateArray().Select(static sample => sample.GetProperty("itemId").GetInt64())];
    }

    private static long[] Ids(JsonElement reply, string list) =>
        [.. reply.GetProperty(list).EnumerateArray().Select(static result => result.GetProperty("asset").GetProperty("itemId").GetInt64())];
}
