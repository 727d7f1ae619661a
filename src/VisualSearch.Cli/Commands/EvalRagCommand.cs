using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;
using VisualSearch.Api.Collections;
using VisualSearch.Cli.Terminal;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Subtitles;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer;
using VisualSearch.Samples;
using VisualSearch.Search;
using VisualSearch.Search.Evaluation;
using VisualSearch.Search.Rag;
using VisualSearch.Search.Rag.Models;
using VisualSearch.Search.Stores;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch eval rag</c>: how well questions are answered, and what each setting contributes.</summary>
internal static class EvalRagCommand
{
    private static readonly Option<string?> Questions = new("--questions") { Description = "Ask your own collection: a folder with questions.jsonl.", HelpName = "DIR" };
    private static readonly Option<bool> Compare = new("--compare") { Description = "Ask everything again with other settings, and with the language model of VSEARCH_CHAT_URL where one is set; print one table of all." };

    // What a setting changes against the defaults, one at a time.
    private static readonly (string Name, RagOptions Options)[] Settings =
    [
        ("defaults", new RagOptions()),
        ("words alone", new RagOptions { Mode = SearchMode.Text }),
        ("pictures alone", new RagOptions { Mode = SearchMode.Visual }),
        ("no re-ranking", new RagOptions { Rerank = false }),
        ("3 sources", new RagOptions { Sources = 3 }),
        ("12 sources", new RagOptions { Sources = 12 }),
        ("budget 150 tokens", new RagOptions { ContextTokens = 150 }),
    ];

    private static readonly (string Name, PassageOptions Passages)[] Chunks =
    [
        ("passages of 4 s", new PassageOptions { TargetSeconds = 4 }),
        ("passages of 25 s", new PassageOptions { TargetSeconds = 25, TargetCharacters = 1000 }),
    ];

    public static Command Create()
    {
        var command = new TaughtCommand("rag", """
            Measure answers: what is found for judged questions, what is cited, said and refused.

            Without --questions it generates sample videos and asks what their narrators tell, and as plausible things that nobody tells. questions.jsonl has a line a question:
            {"id":"a1","question":"Who built it?","answers":["Ida"],"moments":[{"video":"videos/a.mp4","start":3.2,"end":8}]}; no moments where it has no answer.
            """)
        { Questions, Compare, SharedOptions.Collection, SharedOptions.Model, SharedOptions.Json };
        command.SetAction(async (parsed, cancellation) =>
        {
            var own = parsed.GetValue(Questions);
            using var encoder = DualEncoder.Open(own is null ? ModelChoice.Folder(parsed) : ModelChoice.Folder(parsed, parsed.GetValue(SharedOptions.Collection)!));
            using var line = new ProgressLine();
            var report = own is null
                ? await SamplesAsync(parsed, encoder, new EvalCommand.Reporter(line), cancellation).ConfigureAwait(false)
                : await OwnAsync(parsed, encoder, own, new EvalCommand.Reporter(line), cancellation).ConfigureAwait(false);
            line.Dispose();
            if (parsed.GetValue(SharedOptions.Json)) Console.Out.WriteLine(report.ToJson());
            else if (report.Sets.Count == 1) EvalCommand.Print(report);
            else PrintTable(report);
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task<EvaluationReport> OwnAsync(ParseResult parsed, DualEncoder encoder, string folder, EvalCommand.Reporter progress, CancellationToken cancellation)
    {
        var report = new EvaluationReport();
        using var store = new CollectionDirectory(parsed.GetValue(SharedOptions.Data)!).Open(parsed.GetValue(SharedOptions.Collection)!, StoreAccess.Read, encoder.Manifest);
        await AskAsync(parsed, report, encoder, store, folder, progress, cancellation).ConfigureAwait(false);
        return report;
    }

    // Collections of their own in a temporary folder: what is measured can't depend on what was indexed before.
    private static async Task<EvaluationReport> SamplesAsync(ParseResult parsed, DualEncoder encoder, EvalCommand.Reporter progress, CancellationToken cancellation)
    {
        var samples = Path.Combine(parsed.GetValue(SharedOptions.Data)!, "samples");
        SamplesCommand.Make(new SampleOptions { Out = samples, Videos = SamplesCommand.Videos });
        var report = new EvaluationReport();
        var data = Directory.CreateTempSubdirectory("vsearch-eval-").FullName;
        try
        {
            using (var store = await IndexAsync("videos", new PassageOptions()).ConfigureAwait(false))
                await AskAsync(parsed, report, encoder, store, samples, progress, cancellation).ConfigureAwait(false);
            for (var chunk = 0; parsed.GetValue(Compare) && chunk < Chunks.Length; chunk++)
            {
                using var store = await IndexAsync($"chunks-{chunk}", Chunks[chunk].Passages).ConfigureAwait(false);
                progress.Report(Chunks[chunk].Name);
                report.Add($"rag, {Chunks[chunk].Name}", await new EvaluationRunner(encoder).RunRagAsync(samples, store, cancellation: cancellation).ConfigureAwait(false));
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }

        return report;

        async Task<EmbeddedStore> IndexAsync(string name, PassageOptions passages)
        {
            var target = new IndexCommand.IndexTarget(data, name, encoder.Manifest.Folder);
            await IndexCommand.RunAsync(target, [Path.Combine(samples, "videos")], new IndexOptions { Passages = passages }, cancellation).ConfigureAwait(false);
            return new CollectionDirectory(data).Open(name, StoreAccess.Read, encoder.Manifest);
        }
    }

    private static async Task AskAsync(
        ParseResult parsed, EvaluationReport report, DualEncoder encoder, EmbeddedStore store, string folder, EvalCommand.Reporter progress, CancellationToken cancellation)
    {
        foreach (var (name, options) in parsed.GetValue(Compare) ? Settings : Settings[..1])
        {
            progress.Report(name);
            var set = report.Sets.Count == 0 ? "rag" : $"rag, {name}";
            report.Add(set, await new EvaluationRunner(encoder).RunRagAsync(folder, store, options, progress: progress, cancellation: cancellation).ConfigureAwait(false));
        }

        if (parsed.GetValue(Compare) && ChatModelOptions.FromEnvironment() is { } model)
        {
            progress.Report(model.ToString());
            // All questions at once are more than a minute's; who evaluates wants them all the same.
            var unlimited = model with { Answering = model.Answering with { MaxAnswersPerMinute = 10_000 } };
            var answerer = Answerers.Create(unlimited, new PictureReader(), NullLoggerFactory.Instance);
            report.Add($"rag, {model.Model}", await new EvaluationRunner(encoder).RunRagAsync(folder, store, null, answerer, progress, cancellation).ConfigureAwait(false));
        }
    }

    private static void PrintTable(EvaluationReport report)
    {
        string[] metrics = [.. report.Sets.Values.SelectMany(static set => set.Keys).Distinct()];
        var table = new Table().Border(TableBorder.Simple).AddColumn("");
        foreach (var metric in metrics) table.AddColumn(new TableColumn(metric).RightAligned());
        foreach (var (set, values) in report.Sets)
        {
            table.AddRow([set, .. metrics.Select(metric => values.TryGetValue(metric, out var value) ? value.ToString("0.000", CultureInfo.InvariantCulture) : "-")]);
        }

        AnsiConsole.Console.Profile.Width = 200;
        AnsiConsole.Write(table);
    }
}
