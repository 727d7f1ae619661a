using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Serving;
using VisualSearch.Cli.Terminal;
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
        var command = new TaughtCommand("serve", """
            Serve the page and the API (try it at /docs). Ctrl-C ends it.

            Each collection is searched with its own model. With --model only collections of that one are served, and others refused.

            Questions are answered with the collection's own sentences. To let a language model put them into words, name an OpenAI-compatible server and its
            model in VSEARCH_CHAT_URL and VSEARCH_CHAT_MODEL (and VSEARCH_CHAT_KEY); VSEARCH_CHAT_VISION=1 also sends it small pictures of the best sources.

            Behind a load balancer, give --drain as many seconds as it needs to notice that /readyz has changed: then no request is lost when this node leaves.

            Example: vsearch serve --port 8080
            """)
        {
            // The longest drain, and as long for the last requests.
            EndsWithin = TimeSpan.FromMinutes(10),
        };
        foreach (Option option in (Option[])[Port, Host, rules, concurrency, drain, verbose, SharedOptions.Model]) command.Options.Add(option);
        command.SetAction((parsed, cancellation) => RunAsync(
            new ApiOptions
            {
                DataFolder = parsed.GetValue(SharedOptions.Data)!,
                ModelFolder = ModelChoice.Named(parsed),
                Host = parsed.GetValue(Host)!,
                Port = parsed.GetValue(Port),
                ApiKey = Environment.GetEnvironmentVariable(ApiOptions.ApiKeyVariable) is { Length: > 0 } key ? key : null,
                ChatModel = ChatModelOptions.FromEnvironment(),
                RulesFile = parsed.GetValue(rules),
                Serving = new ServingOptions { ConcurrentSearches = parsed.GetValue(concurrency), Drain = TimeSpan.FromSeconds(parsed.GetValue(drain)) },
                Verbose = parsed.GetValue(verbose),
            },
            cancellation));
        return command;
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
