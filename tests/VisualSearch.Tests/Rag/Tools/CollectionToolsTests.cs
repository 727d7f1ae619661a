using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.AI;
using VisualSearch.Search.Rag.Tools;
using VisualSearch.Search.Stores;
using VisualSearch.Tests.Cli;
using VisualSearch.Tests.Indexer;

namespace VisualSearch.Tests.Rag.Tools;

/// <summary>The tools as functions of Microsoft.Extensions.AI, in the program that uses them.</summary>
[Collection("indexing")]
public sealed class CollectionToolsTests(IndexingFixture indexing) : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private EmbeddedStore _store = null!;
    private CollectionTools _tools = null!;

    public async Task InitializeAsync()
    {
        DrawnPictures.DrawMany(_folder["a #1 folder"], 4);
        await indexing.IndexAsync(_folder["data"], _folder["a #1 folder"]);
        _store = new CollectionDirectory(_folder["data"]).Open("test", StoreAccess.Read, indexing.Encoder.Manifest);
        _tools = CollectionTools.Over(_store, indexing.Encoder, new ToolOptions { MaxResults = 3 });
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_programs_own_values_are_taken_as_they_are_and_results_are_content()
    {
        var result = await InvokeAsync("search_words", ("text", "picture"), ("k", 2), ("filter", null), ("pictures", 2));
        var contents = Assert.IsAssignableFrom<IEnumerable<AIContent>>(result).ToArray();
        var results = JsonDocument.Parse(((TextContent)contents[0]).Text).RootElement.GetProperty("results");
        Assert.Equal(2, results.GetArrayLength());
        Assert.Equal(2, contents.OfType<DataContent>().Count(static picture => picture.MediaType == "image/webp"));
        // A path has to survive as an address: blanks and number signs are escaped, and lead back to the file.
        var link = new Uri(results[0].GetProperty("link").GetString()!);
        Assert.True(File.Exists(link.LocalPath), $"{link}");
        Assert.False(results[0].TryGetProperty("page", out _));
    }

    [Fact]
    public async Task Failures_are_replies()
    {
        Assert.Equal("query", Assert.IsType<ErrorContent>(await InvokeAsync("search_words", ("text", "a"), ("k", 4))).ErrorCode);
        Assert.Equal("collection-not-found", Assert.IsType<ErrorContent>(await InvokeAsync("ask", ("question", "a"), ("collection", "nowhere"))).ErrorCode);
        Assert.Equal("arguments", Assert.IsType<ErrorContent>(await InvokeAsync("get_item", ("item", "first"))).ErrorCode);
        Assert.Equal("arguments", Assert.IsType<ErrorContent>(await InvokeAsync("get_item", ("item", 1), ("seconds", TimeSpan.Zero))).ErrorCode);
    }

    [Fact]
    public async Task A_file_that_is_gone_is_still_told_of()
    {
        var asset = _store.FindAssetByPath(_folder["a #1 folder", "0002.jpg"])!;
        File.Delete(asset.Path);
        var contents = Assert.IsAssignableFrom<IEnumerable<AIContent>>(await InvokeAsync("get_item", ("item", _store.ItemsOf(asset.Id)[0].Id))).ToArray();
        var reply = JsonDocument.Parse(Assert.IsType<TextContent>(Assert.Single(contents)).Text).RootElement;
        Assert.Equal("0002.jpg", reply.GetProperty("item").GetProperty("path").GetString());
        Assert.Contains("0002.jpg", reply.GetProperty("picture_fault").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends_as_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _tools.Functions[1].InvokeAsync(new AIFunctionArguments { ["text"] = "a" }, cancelled.Token));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => CollectionTools.Over(_store, indexing.Encoder, new ToolOptions { PictureSide = 5000 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => CollectionTools.Over(_store, indexing.Encoder, new ToolOptions { PageAddress = new Uri("page", UriKind.Relative) }));
    }

    [Fact]
    public void The_example_program_lets_an_agent_search()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "VisualSearch.AgentTools.dll"), _folder["data"], "test", "a red boat"]);
        var result = VsearchProcess.Finish(VsearchProcess.Start(start));
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.StartsWith("→ search_words(text: a red boat, k: 3)", result.Output, StringComparison.Ordinal);
        Assert.Contains(".jpg", result.Output, StringComparison.Ordinal);
    }

    private async Task<object?> InvokeAsync(string name, params (string Name, object? Value)[] arguments) =>
        await _tools.Functions.Single(tool => tool.Name == name).InvokeAsync(new AIFunctionArguments(arguments.ToDictionary(static one => one.Name, static one => one.Value)));
}
