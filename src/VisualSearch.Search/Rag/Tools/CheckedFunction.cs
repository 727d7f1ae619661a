using System.Text.Json;
using Microsoft.Extensions.AI;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Search.Rag.Tools;

/// <summary>
/// A tool whose arguments are checked, and whose failures are replies: an agent is told what was wrong and can try again, where an
/// exception would end as "the function failed" in most agents.
/// </summary>
internal sealed class CheckedFunction(AIFunction tool) : DelegatingAIFunction(tool)
{
    protected override async ValueTask<object?> InvokeCoreAsync(AIFunctionArguments arguments, CancellationToken cancellationToken)
    {
        AIFunctionArguments given = ToolArguments.WithoutNulls(arguments);
        if (ToolArguments.Fault(InnerFunction, given) is { } fault)
            return new ErrorContent(fault) { ErrorCode = "arguments" };
        try
        {
            // Searches compute; whoever reads an agent's messages must not wait for them.
            return await Task.Run(async () => await InnerFunction.InvokeAsync(given, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (Explain(failure) is { } reason)
        {
            return reason;
        }
    }

    // Anything else is a defect of ours, and stays an exception.
    private ErrorContent? Explain(Exception failure) => failure switch
    {
        SearchException search => new ErrorContent(search.Message) { ErrorCode = search.Code },
        PictureException picture => new ErrorContent(picture.Message) { ErrorCode = "picture" },
        VideoException or FfmpegMissingException => new ErrorContent(failure.Message) { ErrorCode = "video" },
        ModelException => new ErrorContent(failure.Message) { ErrorCode = "model" },
        // Values that are no JSON, from a program's own call, are only seen through when they are bound.
        ArgumentException { ParamName: "arguments" } or JsonException => new ErrorContent($"An argument can't be used. {ToolArguments.Usage(InnerFunction)}") { ErrorCode = "arguments" },
        _ => null,
    };
}
