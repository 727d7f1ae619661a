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
public sealed unsafe class IvfPqIndex : IVectorIndex
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

    /// <inheritdoc/>
    public int Dimension => _vectors.Space.Dimension;

    /// <inheritdoc/>
    public Metric Metric => _vectors.Space.Metric;

    /// <inheritdoc/>
    public int Count => _vectors.Slots.Live;

    /// <summary>How lists and codes are made and searched.</summary>
    public IvfPqOptions Options { get; }

    /// <summary>Whether there are lists yet; without them a search is exact and reads everything.</summary>
    public bool IsTrained => _vectors.Filing is not null;

    /// <summary>Learns centroids and codewords anew from a sample of the index's own vectors, and files them all again; searches go on meanwhile.</summary>
    /// <exception cref="InvalidOperationException">The index is empty.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void Train() => _vectors.Train();

    /// <summary>Learns centroids and codewords from other vectors of the same kind, and files the index's again. The vectors are not added.</summary>
    /// <param name="vectors">One after the other; best <see cref="IvfOptions.NList"/>·39 or more.</param>
    /// <exception cref="ArgumentException">None, a length that does not fit, or a vector that <see cref="Add"/> would refuse.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public void Train(ReadOnlySpan<float> vectors) => _vectors.Train(vectors);

    /// <inheritdoc/>
    public void Add(ulong id, ReadOnlySpan<float> vector) => _vectors.Add(id, vector);

    /// <inheritdoc/>
    public bool Remove(ulong id) => _vectors.Remove(id);

    /// <inheritdoc/>
    public bool Contains(ulong id) => _vectors.Door.Contains(id);

    /// <inheritdoc/>
    public bool TryGetVector(ulong id, Span<float> destination) => _vectors.Door.TryGetVector(id, destination);

    /// <inheritdoc/>
    public int Search(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters = default)
    {
        using Lease<IvfPqContext> lease = _vectors.Door.Enter(query, parameters);
        return Find(lease.Context, results, parameters);
    }

    /// <summary>Searches as <see cref="Search"/> does, with the same results, and says what that took.</summary>
    /// <param name="query">As for <see cref="Search"/>.</param>
    /// <param name="results">Receives the nearest first.</param>
    /// <param name="parameters">As for <see cref="Search"/>.</param>
    /// <returns>The work; its <see cref="ProbeTrace.Found"/> is what <see cref="Search"/> returns.</returns>
    /// <exception cref="ArgumentException">The query has the wrong length, a value that is not finite, or no direction.</exception>
    /// <exception cref="ObjectDisposedException">The index has been disposed of.</exception>
    public ProbeTrace Trace(ReadOnlySpan<float> query, Span<Neighbor> results, SearchParameters parameters = default)
    {
        using Lease<IvfPqContext> lease = _vectors.Door.Enter(query, parameters);
        int found = Find(lease.Context, results, parameters);
        return lease.Context.Work with { Found = found };
    }

    /// <summary>Memory held by vectors, centroids, codewords, codes and lists. Keeps writers waiting meanwhile.</summary>
    public long GetMemoryBytes() => _vectors.AllocatedBytes();

    /// <summary>Refuses further calls. Searches that run now end unharmed; the memory goes when the last of them has ended.</summary>
    public void Dispose() => _vectors.Door.Close();

    private int Find(IvfPqContext context, Span<Neighbor> results, SearchParameters parameters)
    {
        context.Work = default;
        long version = _vectors.Slots.Version;
        PqLists? filed = _vectors.Filing;
        int probes = parameters.NProbe > 0 ? parameters.NProbe : Options.NProbe;
        if (filed is null || ExactScan.IsCheaper(parameters.Filter, (double)Count * probes / filed.Lists.Count))
            return _vectors.Scan(context, results, parameters.Filter);

        // Candidates beyond all there are would only take room.
        int oversample = parameters.SkipRescoring ? 0 : Options.Oversample;
        int wanted = (int)Math.Min(Math.Max(results.Length, (long)results.Length * oversample), Math.Max(results.Length, Count));
        Span<Neighbor> candidates = context.RoomForCandidates(wanted);
        int found = Rank(filed, context, candidates, least: results.Length, probes, version, parameters.Filter);
        context.Work = context.Work with { Rescored = oversample > 0 ? found : 0 };
        var top = new TopNeighbors(results);
        foreach (Neighbor candidate in candidates[..found])
        {
            int slot = (int)candidate.Id;
            float distance = oversample > 0 ? _vectors.Space.Distance(context.Query, slot) : Approximate(candidate.Distance, context.Query);
            top.Offer(new Neighbor(_vectors.Slots.IdOf(slot), distance));
        }

        return top.Finish();
    }

    private int Rank(
        PqLists filed, IvfPqContext context, Span<Neighbor> candidates, int least, int probes, long version, IdSet? filter)
    {
        int parts = filed.Quantizer.Parts;
        float* table = context.Table;
        filed.Quantizer.FillTable(context.Query, table);
        filed.Lists.Order(context);
        var top = new TopNeighbors(candidates);
        int probed = 0, compared = 0;
        for (; (probes > probed || top.Count < least) && context.Lists.TryDequeue(out int list, out _); probed++)
        {
            // The views are taken after the list, so that they reach every slot in it.
            ReadOnlySpan<int> slots = filed.Lists[list];
            RowView<Slot> view = _vectors.Slots.View();
            RowView<byte> codes = filed.Codes;
            float ofList = context.Dots[list];
            foreach (int slot in slots)
            {
                if (SlotTable.IsVisible(view[slot], version) && (filter is null || filter.Contains(view[slot]->Id)))
                {
                    compared++;
                    top.Offer(new Neighbor((ulong)slot, PqLists.Rank(table, codes[slot], parts) - ofList));
                }
            }
        }

        context.Work = new ProbeTrace { Probed = probed, Distances = compared };
        return top.Finish();
    }

    /// <summary>The distance to the point that a code names.</summary>
    private float Approximate(float rank, float* query) => Metric switch
    {
        Metric.Dot => rank,
        Metric.Cosine => MathF.Max(0, rank + 0.5f),
        _ => MathF.Max(0, (2 * rank) + Kernels.Dot.F32(query, query, Dimension)),
    };
}
