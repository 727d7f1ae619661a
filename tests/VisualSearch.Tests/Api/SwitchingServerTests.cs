using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Serving;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer;
using VisualSearch.Indexer.Reembed;
using VisualSearch.Search.Stores;
using VisualSearch.Tests.Models;
using VisualSearch.Tests.Stores;

namespace VisualSearch.Tests.Api;

/// <summary>A server that runs while its collection is embedded again, switched and switched back, on every store.</summary>
/// <remarks>
/// Two models with vectors of as many numbers: an answer whose query or whose vectors were partly of the other model has similarities that
/// neither model gives by itself. So each answer is held against what both make of the files.
/// </remarks>
public sealed class SwitchingServerTests : IDisposable
{
    private const int Pictures = 60;

    // As many as ever ask at once here: that nobody is sent away on a busy machine is not what these tests are about.
    private static readonly ServingOptions Serving = new() { ConcurrentSearches = 8 };

    private readonly TemporaryFolder _folder = new();
    private readonly TwoModels _models = new();
    private readonly ConcurrentDictionary<string, float[][]> _truth = new(StringComparer.Ordinal);

    [Theory, AllStores]
    public async Task Queries_during_switch_and_roll_back_never_fail_and_each_answer_is_of_one_generation(string kind)
    {
        await using var home = await StoreHome.StartAsync(kind);
        await IndexAsync(home, _models.First);
        var (app, client) = await ServerFixture.StartAsync(new ApiOptions { DataFolder = home.DataFolder, Qdrant = home.Server, Serving = Serving, Port = 0 });
        await using (app)
        using (client)
        {
            using var stop = new CancellationTokenSource();
            var answers = new ConcurrentQueue<int>();
            var asking = Enumerable.Range(0, 4).Select(thread => Task.Run(() => AskAsync(home, client, thread, answers, stop.Token))).ToArray();
            await WaitForAsync(answers, asking, generation: 0);

            for (var round = 0; round < 3; round++)
            {
                await ReembedAsync(home, _models.Second, client, upload: round * 10);
                await WaitForAsync(answers, asking, generation: 1);
                await ReembedAsync(home, _models.First, client, upload: (round * 10) + 5);
                await WaitForAsync(answers, asking, generation: 0);
            }

            await stop.CancelAsync();
            await Task.WhenAll(asking);
            await app.StopAsync();
        }

        // And all that was uploaded on the way is there.
        using var store = home.Place.Open(home.Name, StoreAccess.Read, _models.First.Manifest);
        Assert.Equal(Pictures + 6, store.Info.Items);
        Assert.Equal(Pictures + 6, store.SearchVisual([1, 1, 1], 1000).Count);
        Assert.True(store.Verify().Healthy);
    }

    [Theory, AllStores]
    public async Task A_server_told_to_use_one_model_refuses_the_collection_once_it_has_another(string kind)
    {
        await using var home = await StoreHome.StartAsync(kind);
        await IndexAsync(home, _models.First);
        var (app, client) = await ServerFixture.StartAsync(new ApiOptions { DataFolder = home.DataFolder, Qdrant = home.Server, Serving = Serving, ModelFolder = _models.FirstFolder, Port = 0 });
        await using (app)
        using (client)
        {
            using (var before = await SearchAsync(home, client, 1)) Assert.Equal(HttpStatusCode.OK, before.StatusCode);
            await ReembedAsync(home, _models.Second);
            HttpStatusCode status;
            var patience = DateTime.UtcNow.AddMinutes(1);
            string text;
            do
            {
                using var after = await SearchAsync(home, client, 1);
                (status, text) = (after.StatusCode, await after.Content.ReadAsStringAsync());
                if (status == HttpStatusCode.OK) Assert.Equal(0, GenerationOf(JsonDocument.Parse(text).RootElement, 1));
            }
            while (status == HttpStatusCode.OK && DateTime.UtcNow < patience);

            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains("paper-b", text, StringComparison.Ordinal);
            var listed = JsonDocument.Parse(await client.GetStringAsync("/v1/collections")).RootElement[0];
            Assert.Contains("paper-b", listed.GetProperty("fault").GetString(), StringComparison.Ordinal);
            // Back again, it serves again.
            await ReembedAsync(home, _models.First);
            using (var again = await SearchAsync(home, client, 1)) Assert.Equal(HttpStatusCode.OK, again.StatusCode);
            await app.StopAsync();
        }
    }

    [Theory, AllStores]
    public async Task A_server_that_cannot_find_the_collections_model_says_so(string kind)
    {
        await using var home = await StoreHome.StartAsync(kind);
        await IndexAsync(home, _models.First);
        await ReembedAsync(home, _models.Second);
        Directory.Move(_models.SecondFolder, _folder["elsewhere"]);
        try
        {
            var (app, client) = await ServerFixture.StartAsync(new ApiOptions { DataFolder = home.DataFolder, Qdrant = home.Server, Serving = Serving, Port = 0 });
            await using (app)
            using (client)
            {
                using var refused = await SearchAsync(home, client, 1);
                Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
                Assert.Contains("paper-b", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
                await app.StopAsync();
            }
        }
        finally
        {
            Directory.Move(_folder["elsewhere"], _models.SecondFolder);
        }
    }

    [Theory, AllStores]
    public async Task The_list_of_collections_names_model_and_generation(string kind)
    {
        await using var home = await StoreHome.StartAsync(kind);
        await IndexAsync(home, _models.First);
        await ReembedAsync(home, _models.Second);
        var (app, client) = await ServerFixture.StartAsync(new ApiOptions { DataFolder = home.DataFolder, Qdrant = home.Server, Serving = Serving, Port = 0 });
        await using (app)
        using (client)
        {
            var listed = JsonDocument.Parse(await client.GetStringAsync("/v1/collections")).RootElement[0];
            Assert.Equal((2, "paper-b@1.2.3"), (listed.GetProperty("generation").GetInt32(), listed.GetProperty("model").GetString()));
            await app.StopAsync();
        }
    }

    public void Dispose()
    {
        _models.Dispose();
        _folder.Dispose();
    }

    private async Task IndexAsync(StoreHome home, DualEncoder encoder)
    {
        DrawnPictures.DrawMany(_folder["pictures"], Pictures);
        for (var i = 0; i < Pictures; i++) Learn($"{i:0000}", _folder["pictures", $"{i:0000}.jpg"]);
        using var store = home.Place.OpenOrCreate(home.Name, encoder.Manifest, StoreAccess.Write, encoder.Manifest.Folder);
        var limits = new PictureLimits();
        await new IndexingPipeline(store, new Lazy<DualEncoder>(encoder), encoder.Manifest.Fit, new PictureReader(limits), limits, new IndexOptions()).RunAsync([_folder["pictures"]], null, default);
    }

    /// <summary>Embeds again and switches; a picture is uploaded meanwhile.</summary>
    private async Task ReembedAsync(StoreHome home, DualEncoder encoder, HttpClient? client = null, int upload = 0)
    {
        using var build = home.Place.BeginBuild(home.Name, encoder.Manifest, encoder.Manifest.Folder);
        var limits = new PictureLimits();
        var reembedding = new Reembedding(build, encoder, new PictureReader(limits), limits, new IndexOptions());
        var uploading = client is null ? Task.CompletedTask : UploadAsync(home, client, upload);
        await reembedding.SwitchAsync(allowGaps: false, null, default);
        await uploading;
    }

    private async Task UploadAsync(StoreHome home, HttpClient client, int number)
    {
        var title = $"upload{number}";
        var file = DrawnPictures.Draw(_folder["sent", $"{title}.png"], 3000 + number);
        Learn(title, file);
        using var form = new MultipartFormDataContent { { new ByteArrayContent(await File.ReadAllBytesAsync(file)), "file", "sent.png" }, { new StringContent(title), "title" } };
        using var response = await client.PostAsync($"/v1/collections/{home.Name}/assets", form);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private void Learn(string title, string file) => _truth[title] = [TwoModels.Encode(_models.First, file), TwoModels.Encode(_models.Second, file)];

    private async Task AskAsync(StoreHome home, HttpClient client, int thread, ConcurrentQueue<int> answers, CancellationToken stop)
    {
        var random = new Random(thread);
        while (!stop.IsCancellationRequested)
        {
            var number = random.Next(Pictures);
            using var response = await SearchAsync(home, client, number);
            var text = await response.Content.ReadAsStringAsync(CancellationToken.None);
            Assert.True(response.StatusCode == HttpStatusCode.OK, text);
            answers.Enqueue(GenerationOf(JsonDocument.Parse(text).RootElement, number));
        }
    }

    private async Task<HttpResponseMessage> SearchAsync(StoreHome home, HttpClient client, int number)
    {
        var picture = await File.ReadAllBytesAsync(_folder["pictures", $"{number:0000}.jpg"]);
        return await client.PostAsJsonAsync($"/v1/collections/{home.Name}/search", new { image = Convert.ToBase64String(picture), k = 30 });
    }

    /// <summary>Of which model an answer is, 0 or 1: all its similarities are that model's, and its order.</summary>
    private int GenerationOf(JsonElement answer, int number)
    {
        var results = answer.GetProperty("results").EnumerateArray().Select(static result => (Title: result.GetProperty("title").GetString()!, Score: result.GetProperty("score").GetDouble())).ToArray();
        Assert.Equal(30, results.Length);
        for (var model = 0; model < 2; model++)
        {
            var query = _truth[$"{number:0000}"][model];
            if (results.All(result => Math.Abs(Dot(query, _truth[result.Title][model]) - result.Score) < 1e-4)) return model;
        }

        throw new Xunit.Sdk.XunitException($"An answer to picture {number} is of neither model: {answer}");
    }

    // Whoever asks has the answer of a moment ago under way; after some it is of now.
    private static async Task WaitForAsync(ConcurrentQueue<int> answers, Task[] asking, int generation)
    {
        answers.Clear();
        var patience = DateTime.UtcNow.AddMinutes(2);
        while (answers.Count < 40 || answers.TakeLast(20).Any(answer => answer != generation))
        {
            if (asking.FirstOrDefault(static one => one.IsFaulted) is { } failed) await failed;
            Assert.True(DateTime.UtcNow < patience, $"No answers of generation {generation} came.");
            await Task.Delay(20);
        }
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, static (x, y) => (double)x * y).Sum();
}
