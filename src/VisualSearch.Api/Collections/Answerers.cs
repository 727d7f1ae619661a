using Microsoft.Extensions.AI;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Media.Video;
using VisualSearch.Search.Rag;
using VisualSearch.Search.Rag.Answers;
using VisualSearch.Search.Rag.Models;

namespace VisualSearch.Api.Collections;

/// <summary>Who puts answers into words, as the server, the command line and agents' tools have it.</summary>
public static class Answerers
{
    /// <summary>The answerer for a language model, or the extractive one.</summary>
    /// <param name="model">The language model; null for the extractive answerer.</param>
    /// <param name="reader">Reads pictures for a model that can see.</param>
    /// <param name="loggers">Told what was left out of a request.</param>
    public static IAnswerer Create(ChatModelOptions? model, PictureReader reader, ILoggerFactory loggers) => model is null
        ? new ExtractiveAnswerer()
        : ModelAnswerer.Create(model, (source, cancellation) => new ValueTask<DataContent?>(Task.Run(() => Picture(reader, source, cancellation), cancellation)), reader, loggers.CreateLogger<ModelAnswerer>());

    // A file that is gone since it was indexed is no reason to give no answer: its text is still known.
    private static DataContent? Picture(PictureReader reader, Source source, CancellationToken cancellation)
    {
        try
        {
            return ModelPicture.Read(reader, ItemPicture.Of(source.Record, source.Moment, cancellation));
        }
        catch (Exception gone) when (gone is PictureException or VideoException)
        {
            return null;
        }
    }
}
