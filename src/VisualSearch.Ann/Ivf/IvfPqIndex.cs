using VisualSearch.Ann.Flat;
using VisualSearch.Ann.Ivf;
using VisualSearch.Ann.Storage;

namespace VisualSearch.Ann;

/// <summary>
/// Approximate nearest neighbours by inverted lists of product codes, IVFADC (Jégou, Douze and Schmid, Product quantization for nearest
/// neighbor search, 2011). As <see cref="IvfFlatIndex"/>, but a list is read as codes of a few bytes a vector instead of the vectors, and
/// the best by code are then compared exactly.
/// <code>
/// q ──► nearest lists ──► Σ table[part][code] of every vector in them ──► best Oversample·k ──► float32 ──► k
///          q·c                one byte a part (ProductQuantizer)            by code              exact
///
/// IvfPqIndex        the door and the search      ProductQuantizer   codewords, codes, the table
/// PqLists           lists with codes, ranks      IvfFlatIndex       the same without codes: read it first
/// </code>
/// The float32 vectors stay in memory for the last step, for reading them back and for training again; what the codes save here is
/// the bytes that a search reads.
/// </summary>
/// <remarks>
/// All members may be called from any thread. Writers wait for each other, also while one trains; searches wait for nobody. Until
/// trained (<see cref="IvfOptions.TrainAt"/>) the index compares the query with every vector.
/// </remarks>
public sealed unsafe class IvfPqIndex : TrainedIndex
{
    private readonly FiledVectors<PqLists, IvfPqContext> _vectors;

    /// <summary>Creates an empty index.</summary>
    /// <param name="dimension">Numbers in each vector, 1 to 65,536.</param>
    /// <param name="metric">How distances are computed.</param>
    /// <param name="options">How lists and codes are made and searched; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dimension or the metric is out of range, or there are more parts than dimensions.</exception>
    public IvfPqIndex(int dimension, Metric metric, IvfPqOptions? options = null)
    {
        Options = options ?? new IvfPqOptions();
        if (Options.Parts > dimension)
            throw new ArgumentOutOfRangeException(nameof(options), Options.Parts, $"Parts is {Options.Parts}; give at most the dimension, {dimension}.");
        _vectors = new FiledVectors<PqLists, IvfPqContext>(
            this, dimension, metric, () => new IvfPqContext(dimension, Options.PartsOf(dimension)),
            (space, sample) => PqLists.Train(space, sample, Options),
            Options.TrainingThreshold, Math.Max(Options.MostSample, ProductQuantizer.MostSample), Options.Seed);
    }

    /// <summary>How lists and codes are made and searched.</summary>
    public IvfPqOptions Options { get; }

    private protected override IFiledVectors Filed => _vectors;

    private protected override int Find(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters, ref ProbeTrace work)
    {
        using Lease<IvfPqContext> lease = _vectors.Door.Enter(query, parameters);
        IvfPqContext context = lease.Context;
        long version = _vectors.Slots.Version;
        PqLists? filed = _vectors.Filing;
        int probes = parameters.NProbe > 0 ? parameters.NProbe : Options.NProbe;
        if (filed is null || ExactScan.IsCheaper(parameters.Filter, (double)Count * probes / filed.Lists.Count))
            return _vectors.Scan(context, results, parameters.Filter, ref work);

        // Candidates beyond all there are would only take room.
        double oversample = parameters.SkipRescoring ? 0 : parameters.Oversampling > 0 ? parameters.Oversampling : Options.Oversample;
        int wanted = (int)Math.Min(Math.Max(results.Length, Math.Ceiling(results.Length * oversample)), Math.Max(results.Length, Count));
        Span<Neighbor> candidates = context.RoomForCandidates(wanted);
        var byCode = new CodeRanking(filed, _vectors.Slots, context, candidates, version, parameters.Filter);
        filed.Quantizer.FillTable(context.Query, context.Table);
        filed.Lists.Order(context);
        int probed = 0;
        for (; (probed < probes || byCode.Count < results.Length) && context.Lists.TryDequeue(out int list, out _); probed++)
            byCode.OfferAll(list);
        ReadOnlySpan<Neighbor> best = candidates[..byCode.Finish()];
        work = new ProbeTrace { Probed = probed, Distances = byCode.Measured, Rescored = oversample > 0 ? best.Length : 0 };
        if (oversample == 0)
            return Approximate(best, context.Query, results);

        var ranking = new ExactRanking(_vectors.Space, _vectors.Slots, context.Query, results, version, parameters.Filter);
        foreach (Neighbor candidate in best)
            ranking.Add((int)candidate.Id, _vectors.Slots.IdOf((int)candidate.Id));
        return ranking.Finish();
    }

    /// <summary>Ranks by the distances to the points that the codes name.</summary>
    private int Approximate(ReadOnlySpan<Neighbor> candidates, float* query, Span<Neighbor> results)
    {
        float squaredNorm = Metric == Metric.L2 ? Kernels.Dot.F32(query, query, Dimension) : 0;
        var top = new TopNeighbors(results);
        foreach (Neighbor candidate in candidates)
        {
            float rank = candidate.Distance;
            float distance = Metric switch
            {
                Metric.Dot => rank,
                Metric.Cosine => MathF.Max(0, rank + 0.5f),
                _ => MathF.Max(0, (2 * rank) + squaredNorm),
            };
            top.Offer(new Neighbor(_vectors.Slots.IdOf((int)candidate.Id), distance));
        }

        return top.Finish();
    }
}
