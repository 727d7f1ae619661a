using System.Buffers;
using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Ranking;

/// <summary>
/// The stage "rescore": the cosine of the query with every candidate's float32 vector. It corrects what the index's compact
/// codes blurred, and gives candidates that only words found a visual score too, so that all can be compared. A candidate that
/// was found by a part of it has that part's score, which was exact already, and its whole counts some beside it. A shot is as good as its best keyframe.
/// </summary>
public sealed class ExactRescore(IStore store, int dimension)
{
    // One request to a store that is elsewhere, and half a MiB of vectors.
    private const int AtOnce = 256;

    /// <summary>Writes <see cref="Candidate.ExactScore"/>, and the vectors where later stages need them.</summary>
    /// <param name="candidates">The candidates; their order stays.</param>
    /// <param name="query">The query's unit vector, or empty when the query has none.</param>
    /// <param name="keepVectors">Whether collapse or diversity will compare candidates with each other.</param>
    /// <param name="wholeCounts">How much the whole of a picture counts that was found by a part, where the part counts 1 (<see cref="RegionQuery.WholeCounts"/>).</param>
    public void Apply(IReadOnlyList<Candidate> candidates, ReadOnlySpan<float> query, bool keepVectors, float wholeCounts = 0)
    {
        if (query.IsEmpty && !keepVectors)
            return;
        float[] vectors = ArrayPool<float>.Shared.Rent(Math.Min(candidates.Count, AtOnce) * dimension);
        bool[] there = new bool[Math.Min(candidates.Count, AtOnce)];
        foreach (Candidate[] some in candidates.Chunk(AtOnce))
        {
            store.CopyVectors([.. some.Select(static candidate => candidate.ItemId)], vectors, there);
            for (int i = 0; i < some.Length; i++)
            {
                if (there[i])
                    Rescore(some[i], vectors.AsSpan(i * dimension, dimension), query, keepVectors, wholeCounts);
            }
        }

        ArrayPool<float>.Shared.Return(vectors);
        if (!query.IsEmpty && store.Videos > 0)
            FindMoments(candidates, query);
        foreach (Candidate candidate in candidates)
        {
            if (candidate.Explanation is { } explanation && candidate.ExactScore is { } exact)
            {
                explanation.ExactSimilarity = exact;
                explanation.Add("rescore", (candidate.Region, candidate.Moment) switch
                {
                    ({ } region, _) => $"Similarity of its best part is {region.Similarity:0.000}, with its whole counted in {exact:0.000}.",
                    (_, { } seconds) => $"Similarity of its best picture, at second {seconds:0.0}, is {exact:0.000}.",
                    _ => $"Similarity from the full vectors is {exact:0.000}.",
                });
            }
        }
    }

    private static void Rescore(Candidate candidate, ReadOnlySpan<float> vector, ReadOnlySpan<float> query, bool keep, float wholeCounts)
    {
        if (keep)
            candidate.Vector = vector.ToArray();
        if (query.IsEmpty)
            return;
        float whole = UnitVector.Dot(query, vector);
        // A mean, so that it stays a cosine's scale, which the curves of matches are for.
        candidate.ExactScore = candidate.Region is { } region ? (region.Similarity + (wholeCounts * whole)) / (1 + wholeCounts) : whole;
    }

    // A shot was found by the mean of its keyframes; the best of them says how well it fits, and where to land.
    private void FindMoments(IReadOnlyList<Candidate> candidates, ReadOnlySpan<float> query)
    {
        Dictionary<long, FoundKeyframe> best = store.BestKeyframes(query, [.. candidates.Where(c => c.ExactScore is not null).Select(c => c.ItemId)]).ToDictionary(one => one.ItemId);
        foreach (Candidate candidate in candidates)
        {
            if (best.TryGetValue(candidate.ItemId, out FoundKeyframe keyframe))
                (candidate.Moment, candidate.ExactScore) = (keyframe.Seconds, Math.Max(keyframe.Similarity, candidate.ExactScore ?? -1));
        }
    }
}
