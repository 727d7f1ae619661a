using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Serving;
using VisualSearch.Api.Telemetry;
using VisualSearch.Cli.Terminal;
using VisualSearch.Search.Monitoring;
using VisualSearch.Search.Rag.Models;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch serve</c>: the API and the page.</summary>
internal static class ServeCommand
{
    internal static Option<int> Port { get; } = new("--port") { Description = "Port to listen on; 0 takes a free one.", HelpName = "N", DefaultValueFactory = static _ => 5080 };

    internal static Option<string> Host { get; } = new("--host") { Description = "Address to listen on. Any but a loopback address needs an API key: 'vsearch keys create', or VSEARCH_API_KEY.", HelpName = "IP", DefaultValueFactory = static _ => "127.0.0.1" };

    public static Command Create()
    {
        var rules = new Option<string?>("--rules") { Description = "Business rules (rules.json): hide, pin, boost or block by field.", HelpName = "FILE" };
        var drain = new Option<double>("--drain") { Description = "Seconds to go on serving after being told to end, while /readyz says 503.", HelpName = "S", DefaultValueFactory = static _ => 0 };
        var concurrency = new Option<int>("--concurrency") { Description = "Searches worked on at once; 0 for as many as cores. A few more wait, the rest get 429.", HelpName = "N", DefaultValueFactory = static _ => 0 };
        var verbose = new Option<bool>("--verbose") { Description = "Log every request." };
        var recall = new Option<string?>("--recall-one-in") { Description = $"Repeat one in so many vector searches exactly, in the background, and report recall; 0 for none. Default 1000, or {MonitorVariables.RecallOneIn}.", HelpName = "N" };
        var slow = new Option<string?>("--slow-ms") { Description = $"Log searches that take as long or longer, with where the time went; off for none. Default 500, or {MonitorVariables.SlowMs}.", HelpName = "MS" };
        var logText = new Option<bool>("--log-query-text") { Description = $"Quote the words and filter values of slow searches in the log. Off by default: what people look for is private. Also {MonitorVariables.LogQueryText}=1." };
        var command = new TaughtCommand("serve", """
            Serve the page and the API (try it at /docs). Ctrl-C ends it.

            Each collection is searched with its own model. With --model only collections of that one are served, and others refused.

            Questions are answered with the collection's own sentences. To let a language model put them into words, name an OpenAI-compatible server and its
            model in VSEARCH_CHAT_URL and VSEARCH_CHAT_MODEL (and VSEARCH_CHAT_KEY); VSEARCH_CHAT_VISION=1 also sends it small pictures of the best sources.

            Behind a load balancer, give --drain as many seconds as it needs to notice that /readyz has changed: then no request is lost when this node leaves.

            With --qdrant the collections lie on a Qdrant server or cluster, and any number of servers may serve them; what one of them keeps (small copies of
            pictures) it can make again.

            Figures for Prometheus are at /metrics: searches by collection and stage, recall, caches, requests, memory. To send them to an OpenTelemetry collector, with
            spans and log lines, set OTEL_EXPORTER_OTLP_ENDPOINT (such as http://localhost:4318); OTEL_EXPORTER_OTLP_PROTOCOL, _HEADERS and OTEL_SERVICE_NAME work as
            anywhere. Without it nothing is sent.

            Example: vsearch serve --port 8080
            Example: OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 vsearch serve --recall-one-in 100 --slow-ms 200
            """)
        {
            // The longest drain, and as long for the last requests.
            EndsWithin = TimeSpan.FromMinutes(10),
        };
        foreach (Option option in (Option[])[Port, Host, rules, concurrency, drain, verbose, recall, slow, logText, SharedOptions.Qdrant, SharedOptions.Model]) command.Options.Add(option);
        command.SetAction((parsed, cancellation) => RunAsync(
            new ApiOptions
            {
                DataFolder = parsed.GetValue(SharedOptions.Data)!,
                ModelFolder = ModelChoice.Named(parsed),
                Qdrant = CollectionPlace.Qdrant(parsed),
                Host = parsed.GetValue(Host)!,
                Port = parsed.GetValue(Port),
                ApiKey = Environment.GetEnvironmentVariable(ApiOptions.ApiKeyVariable) is { Length: > 0 } key ? key : null,
                ChatModel = ChatModelOptions.FromEnvironment(),
                RulesFile = parsed.GetValue(rules),
                Serving = new ServingOptions { ConcurrentSearches = parsed.GetValue(concurrency), Drain = TimeSpan.FromSeconds(parsed.GetValue(drain)) },
                Telemetry = TelemetryOptions.FromEnvironment(),
                Monitoring = Monitoring(parsed.GetValue(recall), parsed.GetValue(slow), parsed.GetValue(logText)),
                Verbose = parsed.GetValue(verbose),
            },
            cancellation));
        return command;
    }

    private static MonitorOptions Monitoring(string? recallOneIn, string? slowMs, bool logText)
    {
        var options = MonitorVariables.FromEnvironment();
        if (recallOneIn is not null) options = options with { RecallOneIn = MonitorVariables.ReadRecallOneIn(recallOneIn, "--recall-one-in") };
        if (slowMs is not null) options = options with { SlowThreshold = MonitorVariables.ReadSlow(slowMs, "--slow-ms") };
        return logText ? options with { LogQueryText = true } : options;
    }

    internal static async Task<int> RunAsync(ApiOptions options, CancellationToken cancellation)
    {
        await using var app = ApiHost.Create(options);
        try
        {
            await app.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException error)
        {
            throw new UsageException($"Can't listen on {options.Host}:{options.Port}: {error.Message} Choose another port with --port.");
        }

        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        foreach (var address in addresses) Console.Out.WriteLine($"VisualSearch is up: {address}   (API: {address}/docs, Ctrl-C ends it)");
        await app.WaitForShutdownAsync(cancellation).ConfigureAwait(false);
        return ExitCode.Success;
    }
}
