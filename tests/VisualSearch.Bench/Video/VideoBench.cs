using System.Text.Json;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Evaluation;

namespace VisualSearch.Bench.Video;

/// <summary>Questions: how near does indexing videos come to ffmpeg alone, what do key frames alone gain and lose, and do screenshots find their moment?</summary>
internal static class VideoBench
{
    private sealed record MomentRow(string Read, double Recall, double Ndcg, ScreenshotRow Screenshots);

    public static async Task<int> RunAsync(string[] arguments, bool json)
    {
        var races = new List<RaceRow>();
        if (arguments is [var folder])
        {
            races.Add(await DecodeRace.RunAsync(Path.GetFileName(Path.GetFullPath(folder)), [.. Directory.GetFiles(folder).Select(Path.GetFullPath).Order(StringComparer.Ordinal)]).ConfigureAwait(false));
            Print(races, [], json);
            return 0;
        }

        var samples = BenchFilms.Samples();
        races.Add(await DecodeRace.RunAsync("drawn", BenchFilms.At720p(samples, grain: 0)).ConfigureAwait(false));
        races.Add(await DecodeRace.RunAsync("drawn, with grain", BenchFilms.At720p(samples, grain: 10)).ConfigureAwait(false));
        var moments = new[] { await MomentsAsync("all frames", samples.Folder, fast: false).ConfigureAwait(false), await MomentsAsync("key frames", samples.Folder, fast: true).ConfigureAwait(false) };
        Print(races, moments, json);
        return 0;
    }

    private static async Task<MomentRow> MomentsAsync(string read, string set, bool fast)
    {
        var data = BenchFiles.Fresh("video-moments");
        var videos = Path.Combine(set, "videos");
        await VideoCollection.IndexAsync(data, [videos], fast).ConfigureAwait(false);
        using var encoder = DualEncoder.Open(DefaultModel.Locate());
        using var store = VideoCollection.Open(data, encoder);
        var found = new EvaluationRunner(encoder).RunMoments(set, store);
        string[] films = [.. store.FileStates().Keys.Order(StringComparer.Ordinal)];
        return new MomentRow(read, found["recall5Iou50"], found["ndcg10"], ScreenshotStudy.Run(store, encoder, films));
    }

    private static void Print(IReadOnlyList<RaceRow> races, IReadOnlyList<MomentRow> moments, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { races, moments }, JsonSerializerOptions.Web));
            return;
        }

        Console.WriteLine($"Indexing 1280×720 H.264 on {Environment.ProcessorCount} cores, in seconds of film a second (medians of three passes)");
        Console.WriteLine("  films                 film s   ffmpeg    index   of ffmpeg   --fast   × index");
        foreach (var row in races)
        {
            Console.WriteLine($"  {row.Films,-20} {row.FilmSeconds,7:N0} {row.FilmSeconds / row.FfmpegSeconds,8:N1} {row.FilmSeconds / row.IndexSeconds,8:N1} {row.ShareOfFfmpeg,11:P0} {row.FilmSeconds / row.FastSeconds,8:N1} {row.FastTimes,9:N1}");
        }

        if (moments.Count == 0) return;
        Console.WriteLine("Judged moments, and screenshots (a fifth of each side cropped away, JPEG quality 50), first results");
        Console.WriteLine("  read         recall@5 at IoU ½   nDCG@10   screenshots   right video   moment within 2 s   start within 2 s");
        foreach (var (read, recall, ndcg, shots) in moments)
        {
            Console.WriteLine($"  {read,-12} {recall,17:0.000} {ndcg,9:0.000} {shots.Screenshots,13} {shots.Video,13:P1} {shots.Moment,19:P1} {shots.Start,18:P1}");
        }
    }
}
