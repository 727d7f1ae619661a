using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Encoders.Models;
using VisualSearch.Indexer;
using VisualSearch.Search;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Cli.Terminal;

/// <summary>A command was given values that can't be used together.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>The one place where errors become a line and an exit code. Anything else is a defect of ours and ends with its stack trace.</summary>
internal static class Faults
{
    public static (string Message, int ExitCode)? Explain(Exception error) => error switch
    {
        UsageException or ApiOptionsException or QueryException or FilterException => (error.Message, ExitCode.WrongUsage),
        SearchException or IndexException or PictureException or ModelException or VipsMissingException or VideoException or FfmpegMissingException => (error.Message, ExitCode.Failed),
        VisualSearch.Ann.CorruptIndexException => (error.Message, ExitCode.Failed),
        IOException or UnauthorizedAccessException => (error.Message, ExitCode.Failed),
        _ => null,
    };
}
