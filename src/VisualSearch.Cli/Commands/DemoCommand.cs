using System.CommandLine;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Telemetry;
using VisualSearch.Cli.Terminal;
using VisualSearch.Indexer;
using VisualSearch.Samples;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch demo</c>: from nothing to a page with searchable pictures.</summary>
internal static class DemoCommand
{
    private const string Collection = "demo";

    public static Command Create()
    {
        var count = new Option<int>("--count") { Description = "How many sample pictures.", HelpName = "N", DefaultValueFactory = static _ => 2000 };
        var command = new TaughtCommand("demo", """
            Draw sample pictures and videos once, index them into the collection 'demo', and serve the page.

            Ctrl-C ends it; the next start takes seconds.
            """)
        { count, ServeCommand.Port, ServeCommand.Host, SharedOptions.Model };
        command.SetAction(async (parsed, cancellation) =>
        {
            var data = parsed.GetValue(SharedOptions.Data)!;
            var model = ModelChoice.Folder(parsed, Collection);
            var server = new ApiOptions
            {
                DataFolder = data,
                ModelFolder = ModelChoice.Named(parsed),
                Host = parsed.GetValue(ServeCommand.Host)!,
                Port = parsed.GetValue(ServeCommand.Port),
                ApiKey = Environment.GetEnvironmentVariable(ApiOptions.ApiKeyVariable) is { Length: > 0 } key ? key : null,
                Telemetry = TelemetryOptions.FromEnvironment(),
                Monitoring = MonitorVariables.FromEnvironment(),
            }.Validated();

            var samples = Path.Combine(data, "samples");
            SamplesCommand.Make(new SampleOptions { Count = parsed.GetValue(count), Videos = SamplesCommand.Videos, Out = samples });
            var target = new IndexCommand.IndexTarget(data, Collection, model);
            var summary = await IndexCommand.RunAsync(target, [Path.Combine(samples, "pictures"), Path.Combine(samples, "videos")], new IndexOptions(), cancellation).ConfigureAwait(false);
            IndexCommand.Print(summary, Collection);
            if (summary.Cancelled) return ExitCode.Failed;
            return await ServeCommand.RunAsync(server, cancellation).ConfigureAwait(false);
        });
        return command;
    }
}
