using VisualSearch.Cli.Terminal;
using VisualSearch.Indexer.Reembed;
using VisualSearch.Search.Evaluation;
using VisualSearch.Search.Stores;

namespace VisualSearch.Cli.Commands;

/// <summary>What people read of a re-embedding and of a roll-back.</summary>
internal static class ReembedOutput
{
    public static void Begin(IGenerationBuild build, GenerationInfo running)
    {
        var there = build.Vectors;
        var done = there > 0 ? $" {there:N0} of {build.Items:N0} pictures have their vectors already." : "";
        var work = build.WasKept ? "is brought up to date" : "is built";
        Console.Error.WriteLine($"Generation {running.Number} ({running.Model.Name}) goes on answering while generation {build.Number} ({build.Model.Name}) {work}.{done}");
    }

    public static void Embedded(ReembedSummary summary)
    {
        foreach (var failure in summary.Failures) Console.Error.WriteLine($"  {failure.Path}: {failure.Reason}");
        foreach (var path in summary.ChangedFiles) Console.Error.WriteLine($"  {path}: changed since it was indexed; embedded as it is now. Run vsearch index to bring the rest up to date.");
    }

    public static int Stopped(string collection)
    {
        Console.Out.WriteLine($"Stopped early; nothing is lost. Run the same command again to go on, or drop what is there: vsearch collections prune {collection}");
        return ExitCode.Failed;
    }

    public static void Print(ComparisonReport comparison, GenerationInfo running, IGenerationBuild build)
    {
        Console.Out.WriteLine($"  {"",-15} {$"generation {running.Number}",14} {$"generation {build.Number}",14}");
        foreach (var measure in comparison.Measures) Console.Out.WriteLine($"  {measure.Name,-15} {Value(measure.Before),14} {Value(measure.After),14}  {measure.Meaning}");
        if (comparison.Remark is { } remark) Console.Out.WriteLine($"  ({remark})");
    }

    public static void End(ReembedSummary summary, ComparisonReport? comparison, bool refused, string collection, GenerationInfo running, ModelIdentity model)
    {
        if (summary.Cancelled)
        {
            Stopped(collection);
            return;
        }

        var before = summary.Before > 0 ? $" ({summary.Before:N0} were there before)" : "";
        Console.Out.WriteLine($"{summary.Embedded:N0} pictures embedded{before} in {ProgressLine.Duration(summary.Elapsed)}.");
        if (refused)
        {
            Console.Out.WriteLine(
                $"Not switched: {comparison!.Objection}. Generation {running.Number} goes on. Switch all the same by adding --accept-worse, " +
                $"or drop the new one: vsearch collections prune {collection} --generation {summary.Generation}");
        }
        else if (!summary.Switched)
        {
            Console.Out.WriteLine($"Generation {summary.Generation} is ready; generation {running.Number} goes on. Switch with the same command without --no-switch.");
        }
        else
        {
            Console.Out.WriteLine(
                $"Collection '{collection}' is searched in generation {summary.Generation} now, with model {model.Name}. Generation {running.Number} ({running.Model.Name}) is kept: " +
                $"go back with vsearch collections rollback {collection}, or free its space with vsearch collections prune {collection}");
            if (summary.Failures.Count > 0) Console.Out.WriteLine($"{summary.Failures.Count:N0} pictures have no vector (named above): they are found by words only, until vsearch index can read them.");
        }
    }

    private static string Value(double? value) => value is { } known ? $"{known:0.000}" : "–";
}

/// <summary>Shows on one line how far a re-embedding is.</summary>
internal sealed class ReembedReporter(ProgressLine line) : IProgress<ReembedProgress>
{
    // Progress<T> would post each report to the thread pool, out of order.
    public void Report(ReembedProgress value) => line.Show(() =>
    {
        if (value.Step.Length > 0) return value.Step;
        var share = value.Total > 0 ? (double)(value.Present + value.Failed) / value.Total : 1;
        var left = value.TimeLeft is { } time ? $"  {ProgressLine.Duration(time)} left" : "";
        var failed = value.Failed > 0 ? $"  {value.Failed:N0} failed" : "";
        return $"{ProgressLine.Bar(share)} {value.Present:N0} of {value.Total:N0}  {value.Rate:0} pictures/s{left}{failed}";
    });
}
