using System.CommandLine;
using VisualSearch.Cli.Terminal;
using VisualSearch.Samples;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch samples make</c>: generated pictures and videos with judged queries.</summary>
internal static class SamplesCommand
{
    /// <summary>Videos of a set where nobody asks for another number.</summary>
    internal const int Videos = 12;

    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "How many pictures.", HelpName = "N", DefaultValueFactory = static _ => 2000 };
        var seed = new Option<long>("--seed") { Description = "Which set: the same seed gives the same pictures on every machine.", HelpName = "N", DefaultValueFactory = static _ => 1 };
        var size = new Option<int>("--size") { Description = "Width of a 4:3 picture in pixels; other shapes have about the same area.", HelpName = "N", DefaultValueFactory = static _ => new SampleOptions { Out = "." }.Size };
        var videos = new Option<int>("--videos") { Description = "How many videos, 0 for none; they need ffmpeg.", HelpName = "N", DefaultValueFactory = static _ => Videos };
        var folder = new Option<string>("--out") { Description = "Folder to write to.", HelpName = "DIR", Required = true };
        var make = new TaughtCommand("make", """
            Draw sample pictures: scenes of animals, vehicles, buildings, plants, food and weather, with captions, tags and
            judged queries (queries.jsonl, qrels.txt) for vsearch eval; and videos in DIR/videos of such scenes in motion, with
            subtitles of invented stories, exact shots (videos/shots.jsonl), judged queries for moments (moments.jsonl) and
            judged questions (questions.jsonl). What is already complete is not made again.

            Example: vsearch samples make --count 2000 --out samples
            """)
        { count, videos, seed, size, folder, SharedOptions.Json };
        make.SetAction(parsed =>
        {
            var set = Make(new SampleOptions
            {
                Count = parsed.GetValue(count),
                Videos = parsed.GetValue(videos),
                Seed = parsed.GetValue(seed),
                Size = parsed.GetValue(size),
                Out = parsed.GetValue(folder)!,
            });
            if (parsed.GetValue(SharedOptions.Json)) Output.Json(set);
            else Console.Out.WriteLine($"{set.Count:N0} pictures{(set.Videos > 0 ? $", {set.Videos:N0} videos" : "")} and their judged queries are in {parsed.GetValue(folder)}.");
            return ExitCode.Success;
        });
        return new Command("samples", "Pictures and videos to try things with.") { make };
    }

    internal static SampleSet Make(SampleOptions options)
    {
        using var line = new ProgressLine();
        return SampleGenerator.Make(options, new Reporter(line));
    }

    private sealed class Reporter(ProgressLine line) : IProgress<SampleProgress>
    {
        public void Report(SampleProgress value) =>
            line.Show(() => $"{ProgressLine.Bar((double)value.Done / Math.Max(1, value.Total))} drawing {value.Done:N0} of {value.Total:N0} {(value.Videos ? "videos" : "pictures")}");
    }
}
