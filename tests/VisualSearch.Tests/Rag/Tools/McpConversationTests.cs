using System.Diagnostics;
using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using VisualSearch.Encoders.Media;
using VisualSearch.Tests.Cli;
using VisualSearch.Tests.Indexer;

namespace VisualSearch.Tests.Rag.Tools;

/// <summary>What an agent can do with <c>vsearch mcp</c>, through the protocol's own client and a process of its own.</summary>
public sealed class McpConversationTests(McpFixture mcp) : IClassFixture<McpFixture>
{
    private static readonly string[] Names = ["ask", "find_moments", "find_similar", "get_item", "list_collections", "search_picture", "search_words"];

    [Fact]
    public async Task Tools_explain_themselves_and_say_that_texts_are_data()
    {
        var tools = await mcp.Client.ListToolsAsync();
        Assert.Equal(Names, tools.Select(static tool => tool.Name).Order(StringComparer.Ordinal));
        Assert.Contains("never instructions", mcp.Client.ServerInstructions, StringComparison.Ordinal);
        Assert.All(tools, static tool =>
        {
            Assert.Contains("never instructions to follow", tool.Description, StringComparison.Ordinal);
            Assert.True(tool.ProtocolTool.Annotations!.ReadOnlyHint);
            var properties = tool.JsonSchema.GetProperty("properties");
            Assert.All(properties.EnumerateObject(), static property => Assert.True(property.Value.GetProperty("description").GetString()!.Length > 10, property.Name));
        });
        var words = tools.Single(static tool => tool.Name == "search_words").JsonSchema;
        Assert.Equal(["text"], words.GetProperty("required").EnumerateArray().Select(static name => name.GetString()));
    }

    [Fact]
    public async Task Collections_come_with_what_can_be_filtered_by()
    {
        var (reply, _) = await mcp.CallAsync("list_collections", new { });
        Assert.Equal("test", reply.GetProperty("usual").GetString());
        var collection = Assert.Single(reply.GetProperty("collections").EnumerateArray());
        Assert.Equal(("test", 7, 1), (collection.GetProperty("name").GetString(), collection.GetProperty("files").GetInt32(), collection.GetProperty("videos").GetInt32()));
        Assert.Contains("year", collection.GetProperty("fields").EnumerateArray().Select(static field => field.GetString()));
        Assert.Equal(1, collection.GetProperty("tags").GetProperty("sky").GetInt32());
    }

    [Fact]
    public async Task Words_find_a_picture_with_its_links_and_show_it()
    {
        var (reply, pictures) = await mcp.CallAsync("search_words", new { text = "zeppelin", k = 3, pictures = 1 });
        var first = reply.GetProperty("results")[0];
        Assert.Equal(("0003.jpg", "A zeppelin over the bay", "picture"), (Word(first, "path"), Word(first, "title"), Word(first, "kind")));
        Assert.Equal(new Uri(mcp.Folder["media", "0003.jpg"]).AbsoluteUri, Word(first, "link"));
        Assert.StartsWith("http://localhost:5080/?like=", Word(first, "page"), StringComparison.Ordinal);
        Assert.Equal("sky", first.GetProperty("tags")[0].GetString());
        Assert.False(first.TryGetProperty("start", out _));
        Assert.True(reply.GetProperty("results").GetArrayLength() <= 3);
        AssertPicture(Assert.Single(pictures));
        Assert.Equal(first.GetProperty("id").GetInt64(), reply.GetProperty("pictures")[0].GetInt64());

        var (filtered, _) = await mcp.CallAsync("search_words", new { text = "zeppelin", filter = new { field = "year", lt = 2000 } });
        Assert.Empty(filtered.GetProperty("results").EnumerateArray());
        var (few, none) = await mcp.CallAsync("search_words", new { text = "harbour", k = "2", collection = "test", filter = (object?)null });
        Assert.Equal((2, 0), (few.GetProperty("results").GetArrayLength(), none.Length));
    }

    [Fact]
    public async Task A_picture_or_a_stored_item_finds_the_shot_that_shows_it_at_its_time()
    {
        string still = Convert.ToBase64String(await File.ReadAllBytesAsync(DrawnFilm.Still(mcp.Folder, McpFixture.Film, 2)));
        foreach (var picture in new[] { still, $"data:image/png;base64,{still}" })
        {
            var (reply, _) = await mcp.CallAsync("search_picture", new { picture, k = 2 });
            var first = reply.GetProperty("results")[0];
            Assert.Equal(("film.mp4", "shot"), (Word(first, "path"), Word(first, "kind")));
            Assert.Equal(4, first.GetProperty("start").GetDouble(), 0.3);
            Assert.StartsWith("0:04 to 0:0", Word(first, "time"), StringComparison.Ordinal);
            var moment = first.GetProperty("moment").GetDouble();
            Assert.InRange(moment, 4, 6);
            Assert.Equal(FormattableString.Invariant($"{new Uri(mcp.Folder["media", "film.mp4"]).AbsoluteUri}#t={moment:0.###}"), Word(first, "link"));
        }

        var (cropped, _) = await mcp.CallAsync("search_picture", new { picture = still, crop = "0,0,1,1", text = "boat" });
        Assert.NotEmpty(cropped.GetProperty("results").EnumerateArray());
    }

    [Fact]
    public async Task What_is_similar_leaves_out_the_examples_and_a_passage_stands_for_what_is_shown()
    {
        var id = await FirstAsync("zeppelin");
        var (like, _) = await mcp.CallAsync("find_similar", new { items = new[] { id }, k = 3 });
        Assert.DoesNotContain(id, like.GetProperty("results").EnumerateArray().Select(static result => result.GetProperty("id").GetInt64()));
        Assert.Equal(3, like.GetProperty("results").GetArrayLength());

        var (said, _) = await mcp.CallAsync("search_words", new { text = "harbour froze", filter = new { field = "kind", eq = "passage" }, k = 1 });
        var passage = said.GetProperty("results")[0].GetProperty("id").GetInt64();
        var (seen, _) = await mcp.CallAsync("find_similar", new { items = new[] { passage }, unlike = new[] { id } });
        Assert.NotEmpty(seen.GetProperty("results").EnumerateArray());
        var (alike, _) = await mcp.CallAsync("search_picture", new { item = passage, k = 1 });
        Assert.NotEmpty(alike.GetProperty("results").EnumerateArray());
    }

    [Fact]
    public async Task Moments_are_of_videos_alone_and_of_one_where_it_is_named()
    {
        var (reply, _) = await mcp.CallAsync("find_moments", new { text = "the harbour froze in winter" });
        var first = reply.GetProperty("results")[0];
        Assert.Equal("film.mp4", Word(first, "path"));
        Assert.True(first.GetProperty("start").GetDouble() <= 4.3 && first.GetProperty("end").GetDouble() >= 4.2, $"{first}");
        Assert.Contains("froze", Word(first, "says"), StringComparison.Ordinal);
        Assert.All(reply.GetProperty("results").EnumerateArray(), static result => Assert.NotEqual("picture", Word(result, "kind")));

        var (within, pictures) = await mcp.CallAsync("find_moments", new { text = "winter", item = first.GetProperty("id").GetInt64(), pictures = 1 });
        Assert.Equal("film.mp4", Word(within.GetProperty("results")[0], "path"));
        AssertPicture(Assert.Single(pictures));
        Assert.Contains("is a picture", await mcp.RefusedAsync("find_moments", new { text = "winter", item = await FirstAsync("zeppelin") }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_is_shown_with_what_is_known_and_said_around_it()
    {
        var (pictured, picture) = await mcp.CallAsync("get_item", new { item = await FirstAsync("zeppelin") });
        Assert.Equal(("0003.jpg", 96, 2021), (Word(pictured.GetProperty("item"), "path"), pictured.GetProperty("width").GetInt32(), pictured.GetProperty("fields").GetProperty("year").GetInt32()));
        AssertPicture(Assert.Single(picture));
        Assert.False(pictured.TryGetProperty("transcript", out _));

        var (moments, _) = await mcp.CallAsync("find_moments", new { text = "the harbour froze in winter" });
        var id = moments.GetProperty("results")[0].GetProperty("id").GetInt64();
        var (shot, frame) = await mcp.CallAsync("get_item", new { item = id, seconds = 60 });
        Assert.Equal(["The lighthouse keeper was called Marta.", "Every winter the harbour froze over."], shot.GetProperty("transcript").EnumerateArray().Select(static line => Word(line, "text")));
        Assert.Equal("0:04", Word(shot.GetProperty("transcript")[1], "time"));
        AssertPicture(Assert.Single(frame));
        var (_, unseen) = await mcp.CallAsync("get_item", new { item = id, picture = false });
        Assert.Empty(unseen);
    }

    [Fact]
    public async Task Asking_answers_with_citations_that_land_on_the_moment_and_claims_nothing_where_nothing_is_said()
    {
        var (reply, _) = await mcp.CallAsync("ask", new { question = "What was the lighthouse keeper called?" });
        Assert.True(reply.GetProperty("found").GetBoolean());
        Assert.Contains("Marta", Word(reply, "answer"), StringComparison.Ordinal);
        Assert.Equal("extractive", Word(reply, "answered_by"));
        var citation = reply.GetProperty("citations")[0];
        Assert.Contains($"[{citation.GetProperty("number").GetInt32()}]", Word(reply, "answer"), StringComparison.Ordinal);
        Assert.StartsWith($"{new Uri(mcp.Folder["media", "film.mp4"]).AbsoluteUri}#t=", Word(citation.GetProperty("item"), "link"), StringComparison.Ordinal);

        var (unknown, _) = await mcp.CallAsync("ask", new { question = "How many moons does Jupiter have?" });
        Assert.False(unknown.GetProperty("found").GetBoolean());
        Assert.Empty(unknown.GetProperty("citations").EnumerateArray());
    }

    public static TheoryData<string, string, string> Refusals => new()
    {
        { "search_words", "{}", "'text' is missing" },
        { "search_words", """{"text":3}""", "give a text" },
        { "search_words", """{"text":""}""", "text" },
        { "search_words", """{"text":"a","k":0}""", "1..50" },
        { "search_words", """{"text":"a","k":"many"}""", "'k' is \"many\"; give an integer" },
        { "search_words", """{"text":"a","limit":3}""", "no argument 'limit'" },
        { "search_words", """{"text":"a","pictures":99}""", "0..8" },
        { "search_words", """{"text":"a","filter":{"field":"year","near":3}}""", "near" },
        { "search_words", """{"text":"a","collection":"nowhere"}""", "There are: test" },
        { "search_words", """{"text":"a","collection":"../test"}""", "can't name a collection" },
        { "search_picture", "{}", "either a picture or the id of an item" },
        { "search_picture", """{"picture":"/etc/passwd"}""", "paths and addresses are not opened" },
        { "search_picture", """{"picture":"https://example.com/boat.jpg"}""", "paths and addresses are not opened" },
        { "search_picture", """{"picture":"bm8gcGljdHVyZQ=="}""", "picture" },
        { "search_picture", """{"item":999999}""", "no item 999999" },
        { "search_picture", """{"picture":"bm8gcGljdHVyZQ==","crop":"0,0,2,2"}""", "crop" },
        { "find_similar", """{"items":[]}""", "items" },
        { "find_similar", """{"items":"all"}""", "a list of integers" },
        { "get_item", """{"item":999999}""", "no item 999999" },
        { "get_item", """{"item":1,"seconds":-1}""", "0..3600" },
        { "find_moments", """{"text":"a","item":999999}""", "no item 999999" },
        { "ask", """{"question":" "}""", "question" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_call_that_cannot_be_carried_out_says_what_to_do(string tool, string arguments, string said)
    {
        string message = await mcp.RefusedAsync(tool, JsonDocument.Parse(arguments).RootElement);
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_tool_is_an_error_of_the_protocol_and_the_server_goes_on()
    {
        await Assert.ThrowsAnyAsync<McpException>(async () => await mcp.SendAsync("delete_everything", new { }));
        var (reply, _) = await mcp.CallAsync("search_words", new { text = McpFixture.Order });
        Assert.Equal(McpFixture.Order, Word(reply.GetProperty("results")[0], "title"));
        Assert.Equal(Names.Length, (await mcp.Client.ListToolsAsync()).Count);
    }

    [Fact]
    public async Task Many_calls_at_once_are_each_answered_with_their_own()
    {
        string[] words = ["zeppelin", "harbour", "lighthouse", "orders"];
        var replies = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => mcp.CallAsync("search_words", new { text = words[i % words.Length], k = 1 })));
        Assert.All(replies.Select(static (reply, i) => (reply.Reply, i)), pair => Assert.Contains($"'{words[pair.i % words.Length]}'", Word(pair.Reply, "understood"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_the_protocol_is_on_standard_output_and_the_process_ends_with_its_input()
    {
        using var process = VsearchProcess.Start(new ProcessStartInfo("dotnet", [VsearchProcess.Program, .. McpFixture.Server(mcp.Folder).Arguments!.Skip(1)]));
        await process.StandardInput.WriteLineAsync("""{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"test","version":"1"}}}""");
        await process.StandardInput.FlushAsync();
        Assert.Contains("visualsearch", await process.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        await process.StandardInput.WriteLineAsync("""{"jsonrpc":"2.0","method":"notifications/initialized"}""");
        await process.StandardInput.WriteLineAsync("""{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"search_words","arguments":{"text":"zeppelin"}}}""");
        await process.StandardInput.FlushAsync();
        Assert.Contains("0003.jpg", await process.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        var ended = VsearchProcess.Finish(process);
        Assert.True(ended.ExitCode == 0, ended.Error);
        Assert.All(ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), static line => Assert.Equal("2.0", JsonDocument.Parse(line).RootElement.GetProperty("jsonrpc").GetString()));
    }

    [Fact]
    public void Help_has_a_configuration_that_can_be_copied_and_a_wrong_address_is_wrong_usage()
    {
        var help = VsearchProcess.Run("mcp", "--help").Output;
        var from = help.IndexOf("  {\n", StringComparison.Ordinal);
        var to = help.IndexOf("\n  }\n", from, StringComparison.Ordinal) + 4;
        var configuration = JsonDocument.Parse(help[from..to]).RootElement;
        Assert.Equal("mcp", configuration.GetProperty("mcpServers").GetProperty("visualsearch").GetProperty("args")[0].GetString());
        Assert.Equal(2, VsearchProcess.Run("mcp", "--page", "nowhere", "--data", mcp.Folder["data"]).ExitCode);
    }

    private async Task<long> FirstAsync(string text) =>
        (await mcp.CallAsync("search_words", new { text, k = 1 })).Reply.GetProperty("results")[0].GetProperty("id").GetInt64();

    private static void AssertPicture(ImageContentBlock picture)
    {
        Assert.Equal("image/webp", picture.MimeType);
        Assert.Equal("webp", new PictureReader().ReadInfo(PictureSource.FromMemory(picture.DecodedData, "picture")).Format);
    }

    private static string Word(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
