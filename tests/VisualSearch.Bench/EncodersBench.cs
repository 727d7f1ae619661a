using System.Diagnostics;
using System.Numerics.Tensors;
using System.Text.Json;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Bench;

/// <summary>
/// Question: how many pictures a second do models embed on one core, side by side in one run, and how far are their vectors from the first one's? For a
/// model and its 8-bit copy, or two versions.
/// </summary>
internal static class EncodersBench
{
    private const int Pictures = 64, Rounds = 7;
    private const double SecondsEach = 1.5;

    private sealed record Row(string Model, double PerSecond, double? CosineMean, double? CosineLeast);

    public static int Run(string[] folders, bool json)
    {
        if (folders.Length == 0) folders = [DefaultModel.Locate()];
        var encoders = folders.Select(static folder => DualEncoder.Open(folder, new EncoderOptions { Threads = 1 })).ToArray();
        var vectors = encoders.Select(static encoder => new float[Pictures * encoder.Dimension]).ToArray();
        RgbPicture[][] pictures = [.. encoders.Select(encoder => Enumerable.Range(0, Pictures).Select(i => Draw(i, encoder.Manifest.Fit.Size)).ToArray())];
        var speeds = encoders.Select(static _ => new List<double>()).ToArray();
        // In turns: what else the machine does then slows all alike.
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < encoders.Length; i++)
            {
                var clock = Stopwatch.StartNew();
                var done = 0;
                for (; clock.Elapsed.TotalSeconds < SecondsEach; done += Pictures) encoders[i].EncodePictures(pictures[i], vectors[i]);
                if (round > 0) speeds[i].Add(done / clock.Elapsed.TotalSeconds);
            }
        }

        Row[] rows = [.. encoders.Select((encoder, i) =>
        {
            double[]? cosines = i > 0 && encoder.Dimension == encoders[0].Dimension
                ? [.. Enumerable.Range(0, Pictures).Select(p => (double)TensorPrimitives.Dot(vectors[0].AsSpan(p * encoder.Dimension, encoder.Dimension), vectors[i].AsSpan(p * encoder.Dimension, encoder.Dimension)))]
                : null;
            return new Row(folders[i], speeds[i].Order().ElementAt(speeds[i].Count / 2), cosines?.Average(), cosines?.Min());
        })];
        foreach (var encoder in encoders) encoder.Dispose();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(rows, JsonSerializerOptions.Web));
            return 0;
        }

        Console.WriteLine($"Embedding {Pictures} drawn pictures at a time on one core, median of {Rounds - 1} rounds");
        Console.WriteLine("  pictures/s   of the first   cosine mean   least   model");
        foreach (var row in rows) Console.WriteLine($"  {row.PerSecond,10:N0} {row.PerSecond / rows[0].PerSecond,13:0.00}× {row.CosineMean,13:0.0000} {row.CosineLeast,7:0.0000}   {row.Model}");
        return 0;
    }

    // Waves of every direction and colour: no picture files are needed, and no two are alike.
    private static RgbPicture Draw(int number, int side)
    {
        var pixels = new byte[side * side * 3];
        for (var at = 0; at < pixels.Length; at++)
        {
            int x = at / 3 % side, y = at / 3 / side, channel = at % 3;
            pixels[at] = (byte)(128 + (100 * Math.Sin((x * 0.1 * ((number % 7) + 1)) + channel)) + (20 * Math.Cos(y * 0.3 * (number % 5))));
        }

        return new RgbPicture(side, side, pixels);
    }
}
