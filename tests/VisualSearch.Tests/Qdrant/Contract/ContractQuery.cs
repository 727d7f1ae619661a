using System.Net;
using System.Text.Json;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <summary>A point with its score.</summary>
public readonly record struct ContractHit(ContractPoint Point, double Score);

/// <summary>Answers queries by comparing with every point.</summary>
public sealed class ContractQuery(ContractCollection collection)
{
    private const int DefaultLimit = 10;

    /// <summary>The points that a query finds, best first; ties by id, where Qdrant promises no order.</summary>
    public List<ContractHit> Run(JsonElement request)
    {
        int limit = Number(request, "limit") ?? DefaultLimit, offset = Number(request, "offset") ?? 0;
        if (collection.Strict("max_query_limit") is { } most && limit > most.GetInt32())
            throw new ContractException(HttpStatusCode.BadRequest, $"Bad request: Limit exceeded {limit} > {most.GetInt32()} for \"limit\". Help: Reduce the \"limit\" parameter to or below {most.GetInt32()}.");
        return [.. Evaluate(request, [], offset + limit).Skip(offset)];
    }

    /// <summary>The best groups with the best points of each.</summary>
    public List<(JsonElement Id, List<ContractHit> Hits)> Groups(JsonElement request)
    {
        string key = request.GetProperty("group_by").GetString()!;
        int size = Number(request, "group_size") ?? 3;
        var groups = new List<(JsonElement Id, List<ContractHit> Hits)>();
        foreach (ContractHit hit in Evaluate(request, [], int.MaxValue))
        {
            foreach (JsonElement value in PayloadPath.Values(hit.Point.Payload, key).SelectMany(static v => v.ValueKind == JsonValueKind.Array ? v.EnumerateArray().ToArray() : [v]))
            {
                if (value.ValueKind != JsonValueKind.String && !(value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _)))
                    continue;
                int at = groups.FindIndex(group => JsonElement.DeepEquals(group.Id, value));
                if (at < 0)
                    groups.Add((value, [hit]));
                else if (groups[at].Hits.Count < size)
                    groups[at].Hits.Add(hit);
            }
        }
        return [.. groups.Take(Number(request, "limit") ?? DefaultLimit)];
    }

    private IEnumerable<ContractHit> Evaluate(JsonElement request, List<JsonElement> outer, int limit)
    {
        // The filter of a query holds for its prefetches, too.
        List<JsonElement> filters = [.. outer];
        if (Member(request, "filter") is { } filter)
            filters.Add(filter);
        if (Member(request, "lookup_from") is not null)
            throw ContractException.NotImplemented("lookups");
        JsonElement[] prefetches = Member(request, "prefetch") is not { } prefetch ? []
            : prefetch.ValueKind == JsonValueKind.Array ? [.. prefetch.EnumerateArray()] : [prefetch];
        ContractHit[][] sources = [.. prefetches.Select(p => Evaluate(p, filters, Number(p, "limit") ?? DefaultLimit).ToArray())];
        if (Member(request, "query") is not { } query)
        {
            return sources.Length == 0
                ? Candidates(filters).Take(limit).Select(static point => new ContractHit(point, 0))
                : throw ContractException.WrongInput("A query is needed to merge the prefetches. Can't have prefetches without defining a query.");
        }
        float? threshold = Member(request, "score_threshold")?.GetSingle();
        if (query.ValueKind == JsonValueKind.Object && (query.TryGetProperty("fusion", out _) || query.TryGetProperty("rrf", out _)))
            return Fuse(query, sources).Where(hit => threshold is null || (float)hit.Score >= threshold).Take(limit);
        IEnumerable<ContractPoint> candidates = sources.Length == 0 ? Candidates(filters)
            : sources.SelectMany(static source => source).Select(static hit => hit.Point).DistinctBy(static point => point.Id);
        return Nearest(query, Member(request, "using")?.GetString() ?? "", candidates, threshold, limit);
    }

    private IEnumerable<ContractPoint> Candidates(List<JsonElement> filters)
    {
        IEnumerable<ContractPoint> points = collection.Points.Values;
        foreach (JsonElement filter in filters)
        {
            var fitting = collection.Fitting(filter).Select(static point => point.Id).ToHashSet();
            points = points.Where(point => fitting.Contains(point.Id));
        }
        return [.. points];
    }

    // 1 / (rank / weight + k - 1) with ranks from 1: with weight 1 and Qdrant's k of 2, the first of a list counts 1/2.
    private static IEnumerable<ContractHit> Fuse(JsonElement query, ContractHit[][] sources)
    {
        if (sources.Length == 0)
            throw ContractException.WrongInput("cannot apply Fusion without prefetches");
        if (Member(query, "fusion") is { } fusion && fusion.GetString() != "rrf")
            throw ContractException.NotImplemented("fusion by distribution");
        JsonElement? rrf = Member(query, "rrf");
        int k = rrf is { } r1 ? Number(r1, "k") ?? 2 : 2;
        float[]? weights = rrf is { } r2 && Member(r2, "weights") is { } given ? [.. given.EnumerateArray().Select(static w => w.GetSingle())] : null;
        if (weights is not null && weights.Length != sources.Length)
            throw ContractException.WrongInput($"Number of weights in RRF should match number of pre-fetches: got {weights.Length}, expected {sources.Length}");
        var scores = new Dictionary<ulong, ContractHit>();
        for (int source = 0; source < sources.Length; source++)
        {
            double weight = weights?[source] ?? 1;
            for (int rank = 0; rank < sources[source].Length; rank++)
            {
                ContractPoint point = sources[source][rank].Point;
                double before = scores.TryGetValue(point.Id, out ContractHit hit) ? hit.Score : 0;
                scores[point.Id] = new ContractHit(point, before + (weight <= 0 ? 0 : 1 / (((rank + 1) / weight) + k - 1)));
            }
        }
        return scores.Values.OrderByDescending(static hit => hit.Score).ThenBy(static hit => hit.Point.Id);
    }

    private IEnumerable<ContractHit> Nearest(JsonElement query, string vector, IEnumerable<ContractPoint> candidates, float? threshold, int limit)
    {
        if (query.ValueKind == JsonValueKind.Object && query.TryGetProperty("nearest", out JsonElement nearest))
        {
            if (Member(query, "mmr") is not null)
                throw ContractException.NotImplemented("diversity");
            query = nearest;
        }
        if (collection.Sparse.TryGetValue(vector, out bool idf))
            return Sparse(query, vector, idf, candidates).Where(hit => threshold is null || (float)hit.Score >= threshold).Take(limit);
        if (!collection.Dense.TryGetValue(vector, out DenseSpace? space))
            throw ContractException.WrongInput($"Not existing vector name error: {vector}");
        if (space.Several)
            return MaxSim(query, space, candidates).Where(hit => threshold is null || (float)hit.Score >= threshold).Take(limit);
        (Func<float[], double> score, HashSet<ulong> examples) = new ContractExamples(collection, space).Read(query);
        var hits = candidates.Where(point => !examples.Contains(point.Id) && point.Dense.ContainsKey(vector)).Select(point => new ContractHit(point, score(point.Dense[vector])));
        return space.IsDistance
            ? hits.Where(hit => threshold is null || (float)hit.Score <= threshold).OrderBy(static hit => hit.Score).ThenBy(static hit => hit.Point.Id).Take(limit)
            : hits.Where(hit => threshold is null || (float)hit.Score >= threshold).OrderByDescending(static hit => hit.Score).ThenBy(static hit => hit.Point.Id).Take(limit);
    }

    private static IEnumerable<ContractHit> MaxSim(JsonElement query, DenseSpace space, IEnumerable<ContractPoint> candidates)
    {
        if (space.IsDistance || query.ValueKind != JsonValueKind.Array)
            throw ContractException.NotImplemented($"several vectors by {space.Distance}, or asked for by {query.GetRawText()}");
        float[][] wanted = space.StoredSeveral(query);
        return candidates.Where(point => point.Several.ContainsKey(space.Name)).Select(point => new ContractHit(point, space.MaxSim(wanted, point.Several[space.Name])))
            .OrderByDescending(static hit => hit.Score).ThenBy(static hit => hit.Point.Id);
    }

    private IEnumerable<ContractHit> Sparse(JsonElement query, string vector, bool idf, IEnumerable<ContractPoint> candidates)
    {
        ulong? self = query.ValueKind == JsonValueKind.Number ? query.GetUInt64() : null;
        SortedDictionary<uint, float> wanted = self is { } id
            ? collection.Points.TryGetValue(id, out ContractPoint? example)
                ? example.Sparse.GetValueOrDefault(vector) ?? throw ContractException.WrongInput($"Point {id} has no vector {vector}")
                : throw ContractException.NotFound($"No point with id {id} found")
            : query.ValueKind == JsonValueKind.Object && query.TryGetProperty("indices", out _) ? ContractVectors.Sparse(query)
            : query.ValueKind == JsonValueKind.Array ? throw ContractException.WrongInput($"Vector {vector} is a sparse vector")
            : throw ContractException.NotImplemented($"sparse query {query.GetRawText()}");
        // Rarity is that in the whole collection, whatever the filter, among the points that have any such vector.
        SortedDictionary<uint, float>[] all = [.. collection.Points.Values.Where(p => p.Sparse.TryGetValue(vector, out var s) && s.Count > 0).Select(p => p.Sparse[vector])];
        var weights = wanted.ToDictionary(static w => w.Key, w => w.Value * (idf ? Rarity(all.Length, all.Count(s => s.ContainsKey(w.Key))) : 1));
        return candidates
            .Where(point => point.Id != self && point.Sparse.TryGetValue(vector, out var stored) && stored.Keys.Any(weights.ContainsKey))
            .Select(point => new ContractHit(point, point.Sparse[vector].Sum(s => weights.TryGetValue(s.Key, out double weight) ? weight * s.Value : 0)))
            .OrderByDescending(static hit => hit.Score).ThenBy(static hit => hit.Point.Id);
    }

    private static double Rarity(int points, int having) => Math.Log(((points - having + 0.5) / (having + 0.5)) + 1);

    private static int? Number(JsonElement json, string name) => Member(json, name)?.GetInt32();

    private static JsonElement? Member(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null ? member : null;
}
