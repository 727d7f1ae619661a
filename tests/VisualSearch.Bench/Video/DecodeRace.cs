using System.Diagnostics;

namespace VisualSearch.Bench.Video;

/// <summary>Seconds that the same films take: ffmpeg alone, indexing, and indexing by key frames.</summary>
internal sealed record RaceRow(string Films, double FilmSeconds, double FfmpegSeconds, double IndexSeconds, double FastSeconds)
{
    /// <summary>Speed of indexing over ffmpeg's.</summary>
    public double ShareOfFfmpeg => FfmpegSeconds / IndexSeconds;

    /// <summary>How many times faster key frames alone are.</summary>
    public double FastTimes => IndexSeconds / FastSeconds;
}

/// <summary>
/// Question: what does indexing cost beside ffmpeg's decoding and scaling alone? Both get the same frames, eight a second with a short side
/// of 144 pixels, as the default model is given them. ffmpeg runs as who knows it would start it, one film after another with its own threads and as many films at once as there
/// are cores; the faster counts.
/// </summary>
internal static class DecodeRace
{
    private const int Passes = 3;
    private const string Filter = "select='isnan(prev_selected_t)+not(eq(floor(t*8),floor(prev_selected_t*8)))',scale=-2:144:flags=bilinear,format=rgb24";

    public static async Task<RaceRow> RunAsync(string name, string[] films)
    {
        var passes = new List<(double Ffmpeg, double Index, double Fast)>();
        // The first pass warms the page cache and the JIT, and doesn't count.
        for (var pass = 0; pass <= Passes; pass++)
        {
            var ffmpeg = Math.Min(Decode(films, 1), Decode(films, Environment.ProcessorCount));
            var index = await VideoCollection.IndexAsync(BenchFiles.Fresh("video-race"), films, fast: false).ConfigureAwait(false);
            var fast = await VideoCollection.IndexAsync(BenchFiles.Fresh("video-race"), films, fast: true).ConfigureAwait(false);
            if (pass > 0) passes.Add((ffmpeg, index, fast));
        }

        return new RaceRow(name, films.Sum(Ffmpeg.Seconds), Median(passes.Select(static p => p.Ffmpeg)), Median(passes.Select(static p => p.Index)), Median(passes.Select(static p => p.Fast)));
    }

    private static double Decode(string[] films, int atOnce)
    {
        var clock = Stopwatch.StartNew();
        Parallel.ForEach(films, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, static film =>
            Ffmpeg.Run(["-i", film, "-an", "-sn", "-vf", Filter, "-fps_mode", "passthrough", "-f", "null", "-"]));
        return clock.Elapsed.TotalSeconds;
    }

    private static double Median(IEnumerable<double> values) => values.Order().ElementAt(Passes / 2);
}
