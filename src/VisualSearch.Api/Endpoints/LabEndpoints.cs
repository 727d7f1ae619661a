using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using VisualSearch.Ann;
using VisualSearch.Api.Collections;
using VisualSearch.Api.Contract;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Security;
using VisualSearch.Search;
using VisualSearch.Search.Evaluation.Lab;
using VisualSearch.Search.Stores;

namespace VisualSearch.Api.Endpoints;

/// <summary>The Lab: approximate against exact search on a collection's own vectors, and the last bench.</summary>
internal static class LabEndpoints
{
    // Words are cut off by the text encoder after some tens of tokens anyway.
    private const int MostCharacters = 1000;

    // Written by the bench, whose members may grow.
    private static readonly JsonSerializerOptions BenchJson = new(JsonSerializerDefaults.Web);

    public static void MapLab(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("Lab");
        group.MapGet("collections/{collection}/lab", Options).Needs(ApiScope.Search).WithSummary("Kinds of index and settings to make experiments with.").ProducesProblems();
        group.MapPost("collections/{collection}/lab/experiments", RunAsync)
            .Needs(ApiScope.Search)
            .WithSummary("Searches exactly and with an index of these settings, built in memory. Answers 202 while the index is being built: ask again.")
            .Accepts<LabRequest>("application/json")
            .ProducesProblems(StatusCodes.Status415UnsupportedMediaType);
        group.MapGet("lab/bench", BenchAsync).Needs(ApiScope.Search).WithSummary("The rows of the last `vsearch bench ann`; none when it has not run.");
    }

    private static Ok<LabOptionsReply> Options(CollectionRegistry collections, string collection)
    {
        using var open = collections.Open(collection);
        var store = Folder(open);
        var items = store.Info.Items;
        var stride = Math.Max(1, (items + AnnLab.MostVectors - 1) / AnnLab.MostVectors);
        return TypedResults.Ok(new LabOptionsReply(
            (items + stride - 1) / stride, items, store.Model.Dimension, LabExperiment.MostResults, LabFamily.All, Enum.GetValues<CodeKind>()));
    }

    private static async Task<Results<Ok<LabReply>, Accepted<LabProgressReply>>> RunAsync(
        HttpRequest http, CollectionRegistry collections, AnnLab lab, string collection, CancellationToken cancellation)
    {
        using var open = collections.Open(collection);
        var request = await RequestReader.ReadJsonAsync<LabRequest>(http, cancellation).ConfigureAwait(false);
        if (!Enum.IsDefined(request.Codes)) throw RequestException.Invalid("codes", $"codes is {request.Codes}; give one of {string.Join(", ", Enum.GetNames<CodeKind>()).ToLowerInvariant()}.");
        var experiment = new LabExperiment
        {
            Query = Query(open, request),
            Family = request.Family,
            Settings = request.Settings,
            Codes = request.Codes,
            Rescore = request.Rescore,
            K = request.K,
            FilterShare = request.FilterShare,
        };
        var (report, progress) = await lab.RunAsync(Folder(open), experiment, cancellation).ConfigureAwait(false);
        return report is null ? TypedResults.Accepted((string?)null, new LabProgressReply(progress!)) : TypedResults.Ok(Reply(open, request, report));
    }

    // It reads all vectors, and builds indexes of its own over them.
    private static EmbeddedStore Folder(OpenCollection open) => open.Store as EmbeddedStore ?? throw new RequestException(
        StatusCodes.Status409Conflict, "The collection is not in a folder", $"The lab works on collections in a folder; '{open.Name}' lies on Qdrant. Copy it: vsearch collections copy {open.Name} --to folder", "collection");

    private static async Task<Ok<LabBenchReply>> BenchAsync(CancellationToken cancellation)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "wwwroot", "bench", "ann.json");
        if (!File.Exists(path)) return TypedResults.Ok(new LabBenchReply([]));
        try
        {
            await using var file = File.OpenRead(path);
            var rows = await JsonSerializer.DeserializeAsync<LabBenchRow[]>(file, BenchJson, cancellation).ConfigureAwait(false);
            return TypedResults.Ok(new LabBenchReply(rows ?? []));
        }
        catch (JsonException error)
        {
            throw new RequestException(StatusCodes.Status422UnprocessableEntity, "The bench's results can't be read", $"{error.Message} Run vsearch bench ann again.");
        }
    }

    private static float[] Query(OpenCollection open, LabRequest request)
    {
        var text = request.Text?.Trim();
        if (request.ItemId is null == string.IsNullOrEmpty(text)) throw RequestException.Invalid("itemId", "Give itemId or text, one of the two.");
        if (text?.Length > MostCharacters) throw RequestException.Invalid("text", $"text has {text.Length} characters; give at most {MostCharacters}.");
        if (request.ItemId is not { } id) return open.Encoder.EncodeText(text!);
        var vector = new float[open.Store.Model.Dimension];
        return open.Store.TryGetVector(id, vector) ? vector : throw new ItemNotFoundException("itemId", id);
    }

    private static LabReply Reply(OpenCollection open, LabRequest request, LabReport report)
    {
        var exact = Results(open, report.Exact, report.Approximate);
        var approximate = Results(open, report.Approximate, report.Exact);
        long[] stops = report.Walk is { } walk ? [.. walk.Hops.Select(hop => walk.Nodes[hop.Node].Id)] : [];
        var assets = open.Store.Load([.. stops.Distinct()]).ToDictionary(static record => record.Item.Id, open.Describe);
        return new LabReply(
            request.ItemId is { } id && open.Store.Load([id]) is [var query] ? open.Describe(query) : null,
            exact,
            approximate,
            new LabMeasuresReply(
                report.Vectors, report.Recall, report.MeanRecall, report.MeanQueries, report.ExactMicros, report.ApproximateMicros,
                report.Visited, report.Rescored, report.Probed, report.BuildSeconds, report.MemoryBytes),
            report.Walk,
            [.. stops.Select(stop => assets.TryGetValue(stop, out var asset) ? new LabStopReply(asset.Title ?? asset.Path, asset.ThumbnailUrl) : new LabStopReply("", ""))]);
    }

    // An upload or a removal may come between the search and this; what is gone is left out.
    private static LabResultReply[] Results(OpenCollection open, IReadOnlyList<Neighbor> found, IReadOnlyList<Neighbor> other)
    {
        var distances = found.ToDictionary(static neighbor => (long)neighbor.Id, static neighbor => neighbor.Distance);
        var others = other.Select(static neighbor => (long)neighbor.Id).ToHashSet();
        return [.. open.Store.Load([.. distances.Keys]).Select(record => new LabResultReply(open.Describe(record), distances[record.Item.Id], others.Contains(record.Item.Id)))];
    }
}
