namespace VisualSearch.Encoders.Models;

/// <summary>How a <see cref="DualEncoder"/> uses the machine.</summary>
public sealed record EncoderOptions
{
    /// <summary>
    /// Threads that share the work of one call, the caller's among them, 1 to 256; 0 chooses for each network: 1 for a file of up to
    /// 32 MiB, else as many as there are cores, up to 8.
    /// </summary>
    /// <remarks>
    /// More threads shorten the single call of a large network. They do not raise what many concurrent callers get: a run then
    /// waits at each layer for its slowest part. Measured with the default model (10 MiB) on a busy machine of two cores: 590
    /// pictures/s with one thread a call, 420 with two; one text 0.36 ms against 0.47; one picture 2.3 ms either way.
    /// So to use all cores for bulk work, call from several threads at once.
    /// </remarks>
    public int Threads
    {
        get;
        init => field = value is >= 0 and <= 256
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Threads), value, "Threads must be 0 (choose) to 256.");
    }

    /// <summary>Most pictures or texts in one run of a network, 1 to 1024: bounds the memory of a run. Longer lists are split.</summary>
    public int MaxBatch
    {
        get;
        init => field = value is >= 1 and <= 1024
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MaxBatch), value, "MaxBatch must be 1 to 1024.");
    } = 32;

    /// <summary>Whether to compare the files' SHA-256 with model.json when the model is opened (about 1 ms a MiB).</summary>
    public bool VerifyDigests { get; init; } = true;

    /// <summary>Told of each run of a network, on the thread that ran it; null for nobody.</summary>
    public Action<EncodedBatch>? OnBatch { get; init; }

    /// <summary>For bulk work with a network of any size: each call stays on its caller's thread.</summary>
    public static EncoderOptions ForIndexing { get; } = new() { Threads = 1 };

    // Splitting a run of some 2 ms costs what it gains; a CLIP tower (150 MiB and more) takes tens of ms on one core.
    private const long SmallNetworkBytes = 32L << 20;

    internal int ThreadsOf(long fileBytes, int cores)
        => Threads > 0 ? Threads : fileBytes <= SmallNetworkBytes ? 1 : Math.Clamp(cores, 1, 8);
}
