using System.Diagnostics;
using System.Text.Json;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer;
using VisualSearch.Search.Stores;

namespace VisualSearch.Bench;

/// <summary>
/// Question: how near does the indexing pipeline come to what its two heavy stages allow? Decoding alone (D files/s on all
/// cores) and embedding alone (E files/s on all cores) share the cores, so no pipeline can beat 1 / (1/D + 1/E).
/// </summary>
internal static class IndexingBench
{
    private const int Files = 2000;

    public static async Task<int> RunAsync(string? folder, bool json)
    {
        var pictures = BenchFiles.Repeat(folder ?? BenchFiles.Samples(500, 400), Files);
        var files = Directory.GetFiles(pictures).Order(StringComparer.Ordinal).ToArray();
        var model = DefaultModel.Locate();
        var manifest = ModelManifest.Load(model);
        var cores = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        var reader = new PictureReader();
        using var encoder = DualEncoder.Open(model, new EncoderOptions { Threads = 1 });

        // Warm-up: file cache, JIT, the session's memory plan.
        var inputs = new RgbPicture[files.Length];
        Parallel.For(0, 200, cores, i => reader.Decode(PictureSource.FromFile(files[i]), manifest.Fit));
        Embed(encoder, [.. Enumerable.Repeat(reader.Decode(PictureSource.FromFile(files[0]), manifest.Fit).Input, 128)], cores);

        var decode = Rate(() => Parallel.For(0, files.Length, cores, i => inputs[i] = reader.Decode(PictureSource.FromFile(files[i]), manifest.Fit).Input));
        var embed = Rate(() => Embed(encoder, inputs, cores));
        var data = BenchFiles.Fresh("indexing-data");
        var endToEnd = await IndexAsync(data, pictures, model, manifest).ConfigureAwait(false);
        var allowed = 1 / ((1 / decode) + (1 / embed));
        var again = await SecondsAsync(() => IndexAsync(data, pictures, model, manifest)).ConfigureAwait(false);

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                files = Files,
                cores = Environment.ProcessorCount,
                decodePerSecond = Math.Round(decode, 1),
                embedPerSecond = Math.Round(embed, 1),
                allowedPerSecond = Math.Round(allowed, 1),
                endToEndPerSecond = Math.Round(endToEnd, 1),
                shareOfAllowed = Math.Round(endToEnd / allowed, 3),
                unchangedSecondsPer10000 = Math.Round(again * 10_000 / Files, 3),
            }));
            return 0;
        }

        Console.WriteLine($"Indexing {Files:N0} files on {Environment.ProcessorCount} cores");
        Console.WriteLine($"  decode only           {decode,8:N0} files/s");
        Console.WriteLine($"  embed only            {embed,8:N0} files/s");
        Console.WriteLine($"  both share the cores  {allowed,8:N0} files/s at best");
        Console.WriteLine($"  end to end            {endToEnd,8:N0} files/s   {endToEnd / allowed:P0} of that");
        Console.WriteLine($"  again, unchanged      {again,8:N2} s          {again * 10_000 / Files:N2} s per 10,000 files");
        return 0;
    }

    private static async Task<double> IndexAsync(string data, string pictures, string model, ModelManifest manifest)
    {
        using var store = new CollectionDirectory(data).OpenOrCreate("bench", manifest, StoreAccess.Write);
        var encoder = new Lazy<DualEncoder>(() => DualEncoder.Open(model, new EncoderOptions { Threads = 1 }));
        var pipeline = new IndexingPipeline(store, encoder, manifest.Fit, new PictureReader(), new PictureLimits(), new IndexOptions());
        var summary = await pipeline.RunAsync([pictures], null, CancellationToken.None).ConfigureAwait(false);
        if (summary.Failures.Count > 0) throw new InvalidOperationException($"{summary.Failures.Count} files failed, first: {summary.Failures[0]}");
        if (encoder.IsValueCreated) encoder.Value.Dispose();
        return Files / summary.Elapsed.TotalSeconds;
    }

    private static void Embed(DualEncoder encoder, RgbPicture[] inputs, ParallelOptions cores) =>
        Parallel.ForEach(inputs.Chunk(32), cores, batch => encoder.EncodePictures(batch, new float[batch.Length * encoder.Dimension]));

    private static double Rate(Action work)
    {
        var clock = Stopwatch.StartNew();
        work();
        return Files / clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> SecondsAsync(Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work().ConfigureAwait(false);
        return clock.Elapsed.TotalSeconds;
    }
}
