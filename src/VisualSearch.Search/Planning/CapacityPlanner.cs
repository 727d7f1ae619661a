namespace VisualSearch.Search.Planning;

/// <summary>From what is asked to nodes, memory and disk, by figures that the benches of this repository measured.</summary>
/// <remarks>
/// <code>
/// memory   bytes a vector → vectors a node → shards
/// search   measured at a million, × bytes a row, × log₂ of a shard's vectors
/// load     every search asks every shard: replicas until cores are busy for 60 % at most and the slowest shard's p99 fits
/// </code>
/// More shards than memory asks for never help: a walk grows with the logarithm of the vectors only, so twice the shards are nearly twice the
/// work for every search, and the slowest of more is slower.
/// </remarks>
public static class CapacityPlanner
{
    // Leaves room for a generation's switch-over, the page cache that float32 vectors are read through, and the program.
    internal const double MemoryShare = 0.75;

    // Beyond that a queue's length is decided by chance.
    internal const double MostUtilisation = 0.6;

    // One hop within a data centre, there and back, with its JSON. Not measured here.
    internal const double NetworkMilliseconds = 1;

    private const double GiB = 1L << 30;

    private const int MostReplicas = 10_000;

    /// <summary>Plans.</summary>
    /// <param name="question">What is asked.</param>
    /// <exception cref="QueryException">A value is out of range, or it can't be had: the message says the least that can.</exception>
    public static CapacityPlan Plan(CapacityQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        question.Validate();
        Sizing best = Best(question) ?? throw new QueryException("p99",
            string.Create(System.Globalization.CultureInfo.InvariantCulture, $"is {question.P99Milliseconds:0.#} ms; with any number of replicas it is {Fastest(question):0.#} ms. Ask for more time, a lower recall, fewer dimensions, or nodes with more memory (fewer shards)"));
        return new PlanArithmetic(question, best).Write([.. Drivers(question).Select(other => new CostDriver(other.Name, Best(other.Question)?.Nodes))]);
    }

    internal static Sizing Size(CapacityQuestion question, CodeSize codes, int replicas)
    {
        VectorBytes bytes = VectorBytes.Of(question.Dimension, codes);
        double room = Math.Floor(question.NodeMemoryGiB * GiB * MemoryShare / bytes.Memory);
        double shards = Math.Ceiling(question.Items / room), vectors = Math.Ceiling(question.Items / shards);
        double search = 1000 / MeasuredFigures.SearchesPerSecond(codes, question.Recall)
            * (bytes.Codes / VectorBytes.Of(MeasuredFigures.SearchedDimension, codes).Codes)
            * (Math.Log2(Math.Max(2, vectors)) / Math.Log2(MeasuredFigures.SearchedVectors)) * question.SearchFactor;
        double busy = question.QueriesPerSecond / replicas * search / 1000;
        return new Sizing(codes, bytes, (long)shards, vectors, replicas, search, busy, busy < question.NodeCores ? P99(question.NodeCores, shards, search, busy) : double.PositiveInfinity);
    }

    // The slowest of all shards decides: each may be late for a share of 0.01 over their number (the union bound, a little pessimistic).
    private static double P99(int cores, double shards, double search, double busy)
    {
        double share = 0.01 / shards;
        // Beyond the measured percentile the tail is taken to fall as an exponential does.
        double service = search * MeasuredFigures.TailOverMean * Math.Log(share) / Math.Log(0.01);
        return MeasuredFigures.RequestP99Milliseconds + NetworkMilliseconds + service + (search * QueueModel.Wait(cores, busy, share));
    }

    private static Sizing? Best(CapacityQuestion question) =>
        CodesOf(question).Select(codes => Best(question, codes)).OfType<Sizing>().OrderBy(static one => one.Nodes).ThenBy(static one => one.SearchMilliseconds).FirstOrDefault();

    // P99 falls with every replica, so the first that fits is the fewest.
    private static Sizing? Best(CapacityQuestion question, CodeSize codes)
    {
        if (Size(question, codes, MostReplicas).P99Milliseconds > question.P99Milliseconds)
            return null;
        int replicas = question.LeastReplicas;
        Sizing size = Size(question, codes, replicas);
        while ((size.Busy > MostUtilisation * question.NodeCores || size.P99Milliseconds > question.P99Milliseconds) && replicas < MostReplicas)
            size = Size(question, codes, ++replicas);
        return replicas < MostReplicas ? size : null;
    }

    private static double Fastest(CapacityQuestion question) => CodesOf(question).Min(codes => Size(question, codes, MostReplicas).P99Milliseconds);

    private static CodeSize[] CodesOf(CapacityQuestion question) => question.Codes is { } codes ? [codes] : [CodeSize.Int8, CodeSize.Int4];

    private static IEnumerable<(string Name, CapacityQuestion Question)> Drivers(CapacityQuestion asked)
    {
        yield return ("8-bit codes", asked with { Codes = CodeSize.Int8 });
        yield return ("4-bit codes", asked with { Codes = CodeSize.Int4 });
        yield return asked.Recall == TargetRecall.Percent95 ? ("recall 0.99", asked with { Recall = TargetRecall.Percent99 }) : ("recall 0.95", asked with { Recall = TargetRecall.Percent95 });
        if (asked.Dimension >= 16)
            yield return ("half the dimensions", asked with { Dimension = asked.Dimension / 2 });
        yield return ("nodes with twice the memory", asked with { NodeMemoryGiB = Math.Min(65_536, asked.NodeMemoryGiB * 2) });
        yield return ("twice the searches a second", asked with { QueriesPerSecond = asked.QueriesPerSecond * 2 });
        yield return ("twice the items", asked with { Items = Math.Min(1e12, asked.Items * 2) });
        yield return ("one replica more", asked with { LeastReplicas = asked.LeastReplicas + 1 });
    }
}
