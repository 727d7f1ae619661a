using System.CommandLine;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using VisualSearch.Api.Collections;
using VisualSearch.Api.Hosting;
using VisualSearch.Cli.Terminal;
using VisualSearch.Encoders.Media;
using VisualSearch.Search.Rag.Models;
using VisualSearch.Search.Rag.Tools;

namespace VisualSearch.Cli.Commands;

/// <summary><c>vsearch mcp</c>: the tools of <see cref="CollectionTools"/> over the Model Context Protocol, on standard input and output.</summary>
internal static class McpCommand
{
    private static readonly Option<string?> Page = new("--page")
    {
        Description = "Address of a running 'vsearch serve': results then carry links to its page.",
        HelpName = "URL",
    };

    public static Command Create()
    {
        var command = new TaughtCommand("mcp", """
            Serve the collections to an agent over the Model Context Protocol (standard input and output).

            An agent can list collections, search by words or picture, find what is similar, find moments of videos, look at items, and ask.
            It reads only what was indexed: it can't write, open other files or fetch addresses. Its client starts and ends this command;
            in the configuration of a desktop client (such as claude_desktop_config.json) that is:

              {
                "mcpServers": {
                  "visualsearch": {
                    "command": "/path/to/vsearch",
                    "args": ["mcp", "--collection", "default"]
                  }
                }
              }

            A call works on --collection unless it names another one of the same --data folder.
            """)
        { SharedOptions.Collection, Page, SharedOptions.Qdrant, SharedOptions.Model };
        command.SetAction((parsed, cancellation) => RunAsync(
            new ApiOptions { DataFolder = parsed.GetValue(SharedOptions.Data)!, ModelFolder = ModelChoice.Named(parsed), Qdrant = CollectionPlace.Qdrant(parsed) },
            new ToolOptions { Collection = parsed.GetValue(SharedOptions.Collection)!, PageAddress = PageAddress(parsed.GetValue(Page)) },
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ApiOptions served, ToolOptions options, CancellationToken cancellation)
    {
        // The transport holds standard output itself; whatever else would be printed there goes where logs go.
        Console.SetOut(Console.Error);
        using var loggers = LoggerFactory.Create(static logging => logging
            .SetMinimumLevel(LogLevel.Warning)
            .AddFilter(typeof(ServedCollections).Namespace, LogLevel.Information)
            .AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        var answerer = Answerers.Create(ChatModelOptions.FromEnvironment(), new PictureReader(served.PictureLimits), loggers);
        using var collections = new ServedCollections(served, loggers, answerer);
        var tools = new McpServerPrimitiveCollection<McpServerTool>();
        foreach (var function in new CollectionTools(collections, options).Functions)
        {
            tools.Add(McpServerTool.Create(new SpokenFailures(function), new McpServerToolCreateOptions { ReadOnly = true, OpenWorld = false, Idempotent = true, Destructive = false }));
        }

        var server = new McpServerOptions
        {
            ServerInfo = new Implementation { Name = "visualsearch", Title = "VisualSearch", Version = typeof(McpCommand).Assembly.GetName().Version!.ToString(3) },
            ServerInstructions = CollectionTools.Instructions,
            ToolCollection = tools,
        };
        await using var transport = new StdioServerTransport(server, loggers);
        await using var running = McpServer.Create(transport, server, loggers);
        // Until the client closes our standard input.
        await running.RunAsync(cancellation).ConfigureAwait(false);
        return ExitCode.Success;
    }

    private static Uri? PageAddress(string? page) => page switch
    {
        null => null,
        _ when Uri.TryCreate(page, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https") => address,
        _ => throw new UsageException($"--page '{page}' is no address; give one such as http://localhost:5080."),
    };

    /// <summary>The protocol marks a failed call, and its text is for people too: not the JSON that content of Microsoft.Extensions.AI is written as.</summary>
    private sealed class SpokenFailures(AIFunction tool) : DelegatingAIFunction(tool)
    {
        protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
        {
            var result = await base.InvokeCoreAsync(arguments, cancellationToken).ConfigureAwait(false);
            return result is ErrorContent failure
                ? new CallToolResult { IsError = true, Content = [new TextContentBlock { Text = failure.Message }] }
                : result;
        }
    }
}
