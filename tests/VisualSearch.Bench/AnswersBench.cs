using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;

namespace VisualSearch.Bench;

/// <summary>
/// Question: how long until the first words of an answer, as a client sees them over HTTP (server-sent events), warm, over 10,000 passages and as
/// many shots? Extractive answers to questions that have one and to questions that have none.
/// </summary>
internal static class AnswersBench
{
    private const int Videos = 2_000, PassagesEach = 5, Questions = 1_000, WarmUp = 100;
    private const string Name = "bench";

    private static readonly string[] Things = ["windmill", "bridge", "lighthouse", "tractor", "balloon", "turtle", "tower", "market", "orchard", "ferry", "theatre", "bakery"];
    private static readonly string[] Deeds = ["restored", "painted", "bought", "sold", "designed", "found", "lost", "lifted", "photographed", "described"];
    private static readonly string[] First = ["Ada", "Bruno", "Clara", "Dario", "Elin", "Fergus", "Greta", "Hugo", "Ines", "Jonas"];
    private static readonly string[] Last = ["Abel", "Brandt", "Castor", "Dorn", "Eklund", "Faber", "Gall", "Hess", "Imhof", "Jansen"];

    public static async Task<int> RunAsync(bool json)
    {
        var data = BenchFiles.Fresh("answers-data");
        var model = DefaultModel.Locate();
        Console.Error.WriteLine($"writing {Videos * PassagesEach:N0} passages");
        using (var encoder = DualEncoder.Open(model)) Fill(data, encoder);

        await using var app = ApiHost.Create(new ApiOptions { DataFolder = data, ModelFolder = model, Port = 0 });
        await app.StartAsync().ConfigureAwait(false);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using var client = new HttpClient { BaseAddress = new Uri(address) };
        while (!(await client.GetAsync("/readyz").ConfigureAwait(false)).IsSuccessStatusCode) await Task.Delay(100).ConfigureAwait(false);

        for (var i = 0; i < WarmUp; i++) await AskAsync(client, Question(i * 7)).ConfigureAwait(false);
        var times = new List<(double Sources, double FirstText)>();
        for (var i = 0; i < Questions; i++) times.Add(await AskAsync(client, Question(i)).ConfigureAwait(false));
        await app.StopAsync().ConfigureAwait(false);

        double[] sources = [.. times.Select(static time => time.Sources).Order()], text = [.. times.Select(static time => time.FirstText).Order()];
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { passages = Videos * PassagesEach, questions = Questions, sourcesP50 = At(sources, 0.5), sourcesP99 = At(sources, 0.99), firstTextP50 = At(text, 0.5), firstTextP99 = At(text, 0.99) }, JsonSerializerOptions.Web));
            return 0;
        }

        Console.WriteLine($"Asking {Videos * PassagesEach:N0} passages over HTTP, {Questions:N0} questions one after the other, {Environment.ProcessorCount} cores (the client shares them)");
        Console.WriteLine("                 p50 ms   p99 ms");
        Console.WriteLine($"  sources      {At(sources, 0.5),8:N1} {At(sources, 0.99),8:N1}");
        Console.WriteLine($"  first words  {At(text, 0.5),8:N1} {At(text, 0.99),8:N1}");
        return 0;
    }

    private static double At(double[] sorted, double share) => sorted[(int)(sorted.Length * share)];

    private static void Fill(string data, DualEncoder encoder)
    {
        using var store = new CollectionDirectory(data).OpenOrCreate(Name, encoder.Manifest, StoreAccess.Write);
        for (var from = 0; from < Videos; from += 100)
        {
            store.Write([.. Enumerable.Range(from, 100).Select(video => Write(video, encoder))]);
            Console.Error.Write($"\r{from + 100:N0} of {Videos:N0} videos");
        }

        Console.Error.WriteLine();
        store.Flush();
    }

    // What is shown is what is spoken of: the words' own vectors stand in for pictures.
    private static AssetWrite Write(int video, DualEncoder encoder)
    {
        string[] said = [.. Enumerable.Range(0, PassagesEach).Select(place => Sentence(video, place))];
        var shown = encoder.EncodeText($"a {Things[video % Things.Length]}");
        return new AssetWrite(
            new Asset { Path = $"/bench/{video}.mp4", Root = "/bench", RelativePath = $"{video}.mp4", Format = "mp4", Width = 640, Height = 360, Title = $"A day in {Town(video)}", ContentHash = $"{video:x32}" },
            [
                .. said.Select((_, place) => (ItemWrite)new ShotWrite(place * 8, (place * 8) + 8, [new KeyframeWrite((place * 8) + 4, shown)])),
                .. said.Select((text, place) => new PassageWrite((place * 8) + 1, (place * 8) + 7, text, encoder.EncodeText(text))),
            ])
        {
            Video = new VideoDetails(Array.Empty<byte>(), new StoryboardTiles(0, 1, 1, 1, 1), []),
        };
    }

    private static string Town(int video) => $"{"BCDFGHKLMNPRSTVW"[video % 16]}{"aeiou"[video / 16 % 5]}{"lnrst"[video / 80 % 5]}{"bdfgkm"[video / 400 % 6]}{(video % 3 == 0 ? "wick" : video % 3 == 1 ? "ford" : "haven")}";

    private static string Sentence(int video, int place)
    {
        var seed = (video * PassagesEach) + place;
        return $"Here we see the {Things[(video + place) % Things.Length]} of {Town(video)}. {First[seed % 10]} {Last[seed / 10 % 10]} {Deeds[(seed / 3) % Deeds.Length]} it in {1900 + (seed % 97)}.";
    }

    // One in three asks what nobody tells.
    private static string Question(int number)
    {
        var video = number * 37 % Videos;
        var place = number % PassagesEach;
        var thing = Things[(video + place) % Things.Length];
        return number % 3 == 2
            ? $"How many people live near the {thing} of {Town(video)}?"
            : $"Who {Deeds[((video * PassagesEach) + place) / 3 % Deeds.Length]} the {thing} of {Town(video)}?";
    }

    private static async Task<(double Sources, double FirstText)> AskAsync(HttpClient client, string question)
    {
        var start = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/collections/{Name}/ask") { Content = JsonContent.Create(new { question, stream = true }) };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync().ConfigureAwait(false));
        double sources = 0, text = 0;
        while (await lines.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            if (line == "event: sources") sources = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (line == "event: text" && text == 0) text = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (line == "event: error") throw new InvalidOperationException($"'{question}': {await lines.ReadToEndAsync().ConfigureAwait(false)}");
        }

        return (sources, text);
    }
}
