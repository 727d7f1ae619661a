namespace VisualSearch.Search.Planning;

/// <summary>
/// What the benches of this repository printed, and plans are computed from. A test reads the tables they were taken from, so that
/// these numbers can't stay behind them.
/// </summary>
public static class MeasuredFigures
{
    /// <summary>The set that searches were timed on, <c>docs/bench/ann-million.md</c>: harder than most embeddings of pictures, of which a core searched 7 times as many a second.</summary>
    public const double SearchedVectors = 1_000_000;

    /// <summary>Its numbers a vector.</summary>
    public const int SearchedDimension = 128;

    /// <summary>Neighbours of a vector on a layer (twice as many on the lowest), as in that bench.</summary>
    public const int M = 16;

    /// <summary>Seconds that building took, of two threads together.</summary>
    public static double BuildCoreSeconds(CodeSize codes) => 2 * (codes == CodeSize.Int8 ? 204.1 : 229.6);

    /// <summary>Searches a second of one core.</summary>
    public static double SearchesPerSecond(CodeSize codes, TargetRecall recall) => (codes, recall) switch
    {
        (CodeSize.Int8, TargetRecall.Percent95) => 4043,
        (CodeSize.Int8, _) => 1898,
        (_, TargetRecall.Percent95) => 3684,
        _ => 1760,
    };

    /// <summary>The 99th percentile of one search over the mean: 505 µs over 1/2,931 s for 8 bits at EfSearch 192.</summary>
    public const double TailOverMean = 1.5;

    /// <summary>MiB of anonymous memory after the searches: what the model of <see cref="VectorBytes"/> is held against.</summary>
    public static double ResidentMiB(CodeSize codes) => codes == CodeSize.Int8 ? 320 : 259;

    /// <summary>Words over HTTP, <c>bench serving</c>: each another one: searches a second of one core (191 of two, which the clients share).</summary>
    public const double RequestsPerCore = 95;

    /// <summary>The 99th percentile of a search in words over HTTP without load, in milliseconds, <c>bench serving</c>: embedding, catalog, ranking, JSON.</summary>
    public const double RequestP99Milliseconds = 23.3;

    /// <summary>Pictures that a core decodes a second, <c>bench indexing</c> (561 of two cores).</summary>
    public const double DecodedPerCore = 280;

    /// <summary>Pictures that a core embeds a second with the default model, <c>bench encoders</c>.</summary>
    public const double EmbeddedPerCore = 447;

    /// <summary>Bytes of an asset in the catalog besides its vector: paths, words, fields and their index, of the demo's 2,000 pictures (<c>collections info demo</c>).</summary>
    public const double CatalogBytes = 2600;
}
