using System.ClientModel;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using OpenAI;
using OpenAI.Embeddings;
using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Models;
using VisualSearch.Tests.Models;

namespace VisualSearch.Tests.Api;

/// <summary>Vectors over HTTP, for OpenAI's own client and for others: the encoder's own numbers, or an error that both kinds of client can read.</summary>
[Collection("server")]
public sealed class EmbeddingEndpointTests(ServerFixture server)
{
    private const string Path = "/v1/embeddings";

    // A text alone and in a batch go through the same network in another shape; the sums differ in the last digits.
    private const float MostApart = 1e-4f;

    [Fact]
    public async Task Texts_and_pictures_of_every_form_have_the_encoders_own_vectors_in_their_order()
    {
        string url = await DataUrlAsync(5);
        var reply = await OkAsync(new
        {
            input = new object[] { "a red boat", url, new { image = url }, new { type = "image_url", image_url = new { url } }, new { type = "text", text = "data:image/png is a beginning" } },
        });
        Assert.Equal(("list", "default"), (reply.GetProperty("object").GetString(), reply.GetProperty("model").GetString()));
        var data = reply.GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal([0, 1, 2, 3, 4], data.Select(static one => one.GetProperty("index").GetInt32()));
        Assert.All(data, static one => Assert.Equal("embedding", one.GetProperty("object").GetString()));

        using var encoder = DualEncoder.Open(DefaultModel.Locate());
        AssertSame(encoder.EncodeText("a red boat"), Floats(data[0]));
        AssertSame(encoder.EncodeText("data:image/png is a beginning"), Floats(data[4]));
        for (var i = 1; i <= 3; i++) AssertSame(TwoModels.Encode(encoder, server.Folder["pictures", "0005.jpg"]), Floats(data[i]));
        var usage = reply.GetProperty("usage");
        var tokens = encoder.CountTokens("a red boat") + encoder.CountTokens("data:image/png is a beginning");
        Assert.Equal((tokens, tokens), (usage.GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("total_tokens").GetInt32()));
    }

    [Fact]
    public async Task Base64_has_the_same_numbers_and_many_pictures_keep_their_order()
    {
        string[] urls = await Task.WhenAll(Enumerable.Range(0, ServerFixture.Pictures).Select(DataUrlAsync));
        var asNumbers = await OkAsync(new { input = urls, encoding_format = "float", dimensions = 256, user = "me" });
        var asText = await OkAsync(new { input = urls, encoding_format = "base64" });
        using var encoder = DualEncoder.Open(DefaultModel.Locate());
        foreach (var (number, text, i) in asNumbers.GetProperty("data").EnumerateArray().Zip(asText.GetProperty("data").EnumerateArray(), Enumerable.Range(0, urls.Length)))
        {
            Assert.Equal(Floats(number), MemoryMarshal.Cast<byte, float>(text.GetProperty("embedding").GetBytesFromBase64()).ToArray());
            AssertSame(TwoModels.Encode(encoder, server.Folder["pictures", $"{i:0000}.jpg"]), Floats(number));
        }

        Assert.Equal(0, asText.GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Fact]
    public async Task OpenAIs_client_gets_vectors_of_texts_and_pictures()
    {
        var client = ClientOf(server.Client.BaseAddress!, "default");
        string[] texts = [.. Enumerable.Range(0, 70).Select(static i => $"a boat with {i} sails"), await DataUrlAsync(9)];
        OpenAIEmbeddingCollection found = (await client.GenerateEmbeddingsAsync(texts)).Value;
        using var encoder = DualEncoder.Open(DefaultModel.Locate());
        for (var i = 0; i < 70; i++) AssertSame(encoder.EncodeText(texts[i]), found[i].ToFloats().ToArray());
        AssertSame(TwoModels.Encode(encoder, server.Folder["pictures", "0009.jpg"]), found[70].ToFloats().ToArray());
        Assert.Equal(texts[..70].Sum(encoder.CountTokens), found.Usage.InputTokenCount);
        Assert.Equal("default", found.Model);

        OpenAIEmbedding one = (await client.GenerateEmbeddingAsync("a red boat", new EmbeddingGenerationOptions { EndUserId = "me" })).Value;
        AssertSame(encoder.EncodeText("a red boat"), one.ToFloats().ToArray());
    }

    [Fact]
    public async Task OpenAIs_client_is_told_what_was_wrong()
    {
        var unknown = await Assert.ThrowsAsync<ClientResultException>(() => ClientOf(server.Client.BaseAddress!, "gpt-9").GenerateEmbeddingAsync("a"));
        Assert.Equal(404, unknown.Status);
        Assert.Contains("There are: default", unknown.Message, StringComparison.Ordinal);

        var tokens = await Assert.ThrowsAsync<ClientResultException>(() => ClientOf(server.Client.BaseAddress!, "default").GenerateEmbeddingsAsync([new ReadOnlyMemory<int>([1, 2, 3])]));
        Assert.Equal(400, tokens.Status);
        Assert.Contains("tokens", tokens.Message, StringComparison.Ordinal);

        var (app, client) = await ServerFixture.StartAsync(new ApiOptions { DataFolder = server.Folder["data"], ModelFolder = DefaultModel.Locate(), Port = 0, ApiKey = "a-key-of-enough-length" });
        await using (app)
        using (client)
        {
            var refused = await Assert.ThrowsAsync<ClientResultException>(() => ClientOf(client.BaseAddress!, "default").GenerateEmbeddingAsync("a"));
            Assert.Equal(401, refused.Status);
            Assert.Contains("Bearer KEY", refused.Message, StringComparison.Ordinal);
            Assert.NotNull((await ClientOf(client.BaseAddress!, "default", "a-key-of-enough-length").GenerateEmbeddingAsync("a")).Value);
            await app.StopAsync();
        }
    }

    public static TheoryData<string, HttpStatusCode, string?> Refusals => new()
    {
        { """{"input":[1,2,3]}""", HttpStatusCode.BadRequest, "input" },
        { """{"input":[[1,2],[3]]}""", HttpStatusCode.BadRequest, "input" },
        { """{"input":[]}""", HttpStatusCode.BadRequest, "input" },
        { """{"input":""}""", HttpStatusCode.BadRequest, "input" },
        { """{"input":5}""", HttpStatusCode.BadRequest, "input" },
        { """{"input":["a",null]}""", HttpStatusCode.BadRequest, "input" },
        { """{"input":[{"picture":"a"}]}""", HttpStatusCode.BadRequest, "input" },
        { """{"input":["a",{"image":"https://example.com/boat"}]}""", HttpStatusCode.BadRequest, "input" },
        { """{"input":[{"type":"image_url","image_url":{"url":"file:///etc/passwd"}}]}""", HttpStatusCode.BadRequest, "input" },
        { """{"input":"https://example.com/boat.jpg"}""", HttpStatusCode.BadRequest, "input" },
        { """{"input":[{"image":"data:image/png;base64,!!"}]}""", HttpStatusCode.BadRequest, "input" },
        { """{"input":[{"image":"data:image/png;base64,bm8gcGljdHVyZQ=="}]}""", HttpStatusCode.UnsupportedMediaType, "image" },
        { """{"input":"a","encoding_format":"int8"}""", HttpStatusCode.BadRequest, "encoding_format" },
        { """{"input":"a","dimensions":3}""", HttpStatusCode.BadRequest, "dimensions" },
        { """{"input":"a","model":"gpt-9"}""", HttpStatusCode.NotFound, "model" },
        { """{"input":"a","model":"../default"}""", HttpStatusCode.NotFound, "model" },
        { """{"inputs":"a"}""", HttpStatusCode.BadRequest, null },
        { "{}", HttpStatusCode.BadRequest, null },
        { """{"input":"a" """, HttpStatusCode.BadRequest, null },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_wrong_request_is_refused_in_both_forms_of_error(string body, HttpStatusCode status, string? field)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await server.Client.PostAsync(Path, content);
        var problem = await ProblemAsync(response, status);
        if (field is null) return;
        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.Equal(field, problem.GetProperty("error").GetProperty("param").GetString());
    }

    [Fact]
    public async Task Too_many_inputs_too_long_a_text_and_too_long_a_body_are_refused()
    {
        using var many = await server.Client.PostAsJsonAsync(Path, new { input = Enumerable.Repeat("a", 257) });
        Assert.Contains("256", (await ProblemAsync(many, HttpStatusCode.BadRequest)).GetProperty("detail").GetString(), StringComparison.Ordinal);
        using var text = await server.Client.PostAsJsonAsync(Path, new { input = new string('a', 40_000) });
        await ProblemAsync(text, HttpStatusCode.BadRequest);
        using var form = await server.Client.PostAsync(Path, new StringContent("input=a"));
        await ProblemAsync(form, HttpStatusCode.UnsupportedMediaType);
        // The fixture's server takes 1 MiB.
        using var body = await server.Client.PostAsJsonAsync(Path, new { input = Enumerable.Repeat(new string('a', 30_000), 50) });
        await ProblemAsync(body, HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Without_a_fixed_model_every_installed_one_can_be_asked_by_name()
    {
        using var models = new TwoModels();
        using var data = new TemporaryFolder();
        Directory.CreateDirectory(data["models", "b"]);
        foreach (string file in Directory.GetFiles(models.SecondFolder)) File.Copy(file, data["models", "b", System.IO.Path.GetFileName(file)]);
        data.Write("models/damaged/model.json", "{");
        var (app, client) = await ServerFixture.StartAsync(new ApiOptions { DataFolder = data.Path, Port = 0 });
        await using (app)
        using (client)
        {
            string picture = DrawnPictures.Draw(data["one.png"], 1);
            string url = $"data:image/png;base64,{Convert.ToBase64String(await File.ReadAllBytesAsync(picture))}";
            foreach (var name in new[] { "b", "paper-b" })
            {
                var reply = await OkAsync(new { model = name, input = url }, client);
                Assert.Equal("paper-b", reply.GetProperty("model").GetString());
                AssertSame(TwoModels.Encode(models.Second, picture), Floats(reply.GetProperty("data")[0]));
            }

            Assert.Equal("default", (await OkAsync(new { model = "", input = url }, client)).GetProperty("model").GetString());
            Assert.Equal("default", (await OkAsync(new { model = "default", input = url }, client)).GetProperty("model").GetString());
            using var unknown = await client.PostAsJsonAsync(Path, new { model = "c", input = "a" });
            Assert.Contains("default, paper-b", (await ProblemAsync(unknown, HttpStatusCode.NotFound)).GetProperty("detail").GetString(), StringComparison.Ordinal);
            await app.StopAsync();
        }
    }

    [Fact]
    public async Task The_document_of_the_api_describes_it()
    {
        var document = await server.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var post = document.GetProperty("paths").GetProperty(Path).GetProperty("post");
        Assert.Contains("data: URLs", post.GetProperty("description").GetString(), StringComparison.Ordinal);
        Assert.True(document.GetProperty("components").GetProperty("schemas").GetProperty("EmbeddingRequest").GetProperty("properties").TryGetProperty("encoding_format", out _));
    }

    private static EmbeddingClient ClientOf(Uri address, string model, string key = "no-key") =>
        new(model, new ApiKeyCredential(key), new OpenAIClientOptions { Endpoint = new Uri(address, "v1") });

    private static void AssertSame(float[] expected, float[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        Assert.All(expected.Zip(found), static pair => Assert.True(Math.Abs(pair.First - pair.Second) < MostApart, $"{pair}"));
    }

    private static float[] Floats(JsonElement one) => [.. one.GetProperty("embedding").EnumerateArray().Select(static number => number.GetSingle())];

    private async Task<string> DataUrlAsync(int picture) =>
        $"data:image/jpeg;base64,{Convert.ToBase64String(await File.ReadAllBytesAsync(server.Folder["pictures", $"{picture:0000}.jpg"]))}";

    private async Task<JsonElement> OkAsync(object request, HttpClient? client = null)
    {
        using var response = await (client ?? server.Client).PostAsJsonAsync(Path, request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(problem.GetProperty("detail").GetString(), problem.GetProperty("error").GetProperty("message").GetString());
        Assert.NotEmpty(problem.GetProperty("error").GetProperty("type").GetString()!);
        return problem;
    }
}
