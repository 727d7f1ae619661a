using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace VisualSearch.Tests.Api;

[Collection("server")]
public sealed class SearchEndpointTests(ServerFixture server)
{
    private const string Search = "/v1/collections/test/search";

    [Fact]
    public async Task A_picture_finds_itself_by_file_by_base64_and_its_neighbours_by_id()
    {
        var file = await File.ReadAllBytesAsync(server.Folder["pictures", "0012.jpg"]);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(file), "image", "query.jpg" }, { new StringContent("5"), "k" }, { new StringContent("true"), "explain" } };
        var byFile = await OkAsync(server.Client.PostAsync(Search, form));
        var first = byFile.GetProperty("results")[0];
        Assert.Equal("0012.jpg", first.GetProperty("path").GetString());
        Assert.True(first.GetProperty("match").GetInt32() > 90);
        Assert.True(first.GetProperty("explanation").GetProperty("stages").GetArrayLength() >= 2);
        Assert.Equal(5, byFile.GetProperty("results").GetArrayLength());

        var byBase64 = await PostAsync(new { image = "data:image/jpeg;base64," + Convert.ToBase64String(file), k = 1 });
        Assert.Equal("0012.jpg", byBase64.GetProperty("results")[0].GetProperty("path").GetString());

        var id = first.GetProperty("id").GetInt64();
        var byId = await PostAsync(new { imageId = id, k = 5 });
        Assert.DoesNotContain(byId.GetProperty("results").EnumerateArray(), result => result.GetProperty("id").GetInt64() == id);
    }

    [Fact]
    public async Task Words_find_titles_and_a_filter_keeps_the_rest_out()
    {
        var byWords = await PostAsync(new { text = "zeppelin" });
        Assert.Equal("0007.jpg", byWords.GetProperty("results")[0].GetProperty("path").GetString());

        var filtered = await PostAsync(new { text = "picture", k = 200, filter = new { all = new object[] { new { field = "tags", eq = "even" }, new { field = "year", gte = 2030 } } } });
        Assert.Equal(5, filtered.GetProperty("results").GetArrayLength());
        Assert.Equal(35, filtered.GetProperty("filteredOut").GetInt32());
    }

    [Fact]
    public async Task A_crop_of_a_stored_picture_is_searched_as_a_picture()
    {
        var all = await PostAsync(new { text = "number 12", k = 1 });
        var id = all.GetProperty("results")[0].GetProperty("id").GetInt64();
        var whole = await PostAsync(new { imageId = id, crop = new { x = 0, y = 0, width = 1, height = 1 }, k = 1 });
        Assert.Equal(id, whole.GetProperty("results")[0].GetProperty("id").GetInt64());
    }

    [Fact]
    public async Task Pages_join_without_overlap()
    {
        var whole = Ids(await PostAsync(new { text = "picture", k = 30 }));
        var pages = new List<long>();
        for (var offset = 0; offset < 30; offset += 10) pages.AddRange(Ids(await PostAsync(new { text = "picture", k = 10, offset })));
        Assert.Equal(whole, pages);
    }

    public static TheoryData<string, HttpStatusCode, string?> Refusals => new()
    {
        { """{"k":0,"text":"a"}""", HttpStatusCode.BadRequest, "k" },
        { """{"k":"many","text":"a"}""", HttpStatusCode.BadRequest, "k" },
        { """{"texte":"a"}""", HttpStatusCode.BadRequest, "texte" },
        { """{"text":"a","mode":"psychic"}""", HttpStatusCode.BadRequest, "mode" },
        { """{"text":"a","filter":{"field":"year","near":3}}""", HttpStatusCode.BadRequest, "filter" },
        { """{"imageId":1,"crop":{"x":0.9,"y":0,"width":0.5,"height":0.5}}""", HttpStatusCode.BadRequest, "crop" },
        { """{"text":"a","crop":{"x":0,"y":0,"width":0.5,"height":0.5}}""", HttpStatusCode.BadRequest, "crop" },
        { """{"image":"!!"}""", HttpStatusCode.BadRequest, "image" },
        { """{"image":"bm8gcGljdHVyZQ=="}""", HttpStatusCode.UnsupportedMediaType, "image" },
        { """{"imageId":999999}""", HttpStatusCode.NotFound, "imageId" },
        { """{"text":"a" """, HttpStatusCode.BadRequest, null },
        { "{}", HttpStatusCode.BadRequest, "text" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_wrong_request_is_refused_with_problem_details_that_name_the_field(string body, HttpStatusCode status, string? field)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await server.Client.PostAsync(Search, content);
        var problem = await ProblemAsync(response, status);
        if (field is not null) Assert.Equal(field, problem.GetProperty("field").GetString());
    }

    [Fact]
    public async Task Unknown_collections_content_types_and_long_bodies_have_their_own_statuses()
    {
        using var unknown = await server.Client.PostAsJsonAsync("/v1/collections/nowhere/search", new { text = "a" });
        Assert.Contains("nowhere", (await ProblemAsync(unknown, HttpStatusCode.NotFound)).GetProperty("detail").GetString(), StringComparison.Ordinal);

        using var text = new StringContent("hello");
        using var unsupported = await server.Client.PostAsync(Search, text);
        await ProblemAsync(unsupported, HttpStatusCode.UnsupportedMediaType);

        using var empty = new MultipartFormDataContent { { new ByteArrayContent([]), "image", "empty.jpg" } };
        using var nothing = await server.Client.PostAsync(Search, empty);
        await ProblemAsync(nothing, HttpStatusCode.UnprocessableEntity);

        var whole = await File.ReadAllBytesAsync(server.Folder["pictures", "0001.jpg"]);
        using var half = new MultipartFormDataContent { { new ByteArrayContent(whole[..(whole.Length / 2)]), "image", "half.jpg" } };
        using var truncated = await server.Client.PostAsync(Search, half);
        await ProblemAsync(truncated, HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_cut_off_while_reading()
    {
        // Ten times the limit, sent without a length: the server must answer long before it has read it all.
        using var endless = new StreamContent(new EndlessStream(10 << 20));
        endless.Headers.ContentType = new("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, Search) { Content = endless };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = true;
        HttpStatusCode? status;
        try
        {
            using var response = await server.Client.SendAsync(request);
            status = response.StatusCode;
        }
        catch (HttpRequestException)
        {
            status = null; // The connection was closed on the sender, which the contract allows.
        }

        Assert.True(status is null or HttpStatusCode.RequestEntityTooLarge, $"{status}");
        (await server.Client.GetAsync("/healthz")).EnsureSuccessStatusCode();
    }

    private async Task<JsonElement> PostAsync(object body) => await OkAsync(server.Client.PostAsJsonAsync(Search, body));

    private static async Task<JsonElement> OkAsync(Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return JsonDocument.Parse(body).RootElement;
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
        var problem = JsonDocument.Parse(body).RootElement;
        Assert.False(string.IsNullOrWhiteSpace(problem.GetProperty("detail").GetString()));
        return problem;
    }

    private static List<long> Ids(JsonElement reply) => [.. reply.GetProperty("results").EnumerateArray().Select(static result => result.GetProperty("id").GetInt64())];

    private sealed class EndlessStream(long length) : Stream
    {
        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var part = (int)Math.Min(count, length - _position);
            buffer.AsSpan(offset, part).Fill((byte)' ');
            _position += part;
            return part;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
