using System.ComponentModel;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using VisualSearch.Encoders.Media;

namespace VisualSearch.Search.Rag.Tools;

/// <summary>The tool that answers a question.</summary>
internal sealed class AskTool(ToolDesk desk)
{
    // What a citation repeats of its source; get_item has the rest.
    private const int MostQuoted = 400;

    [Description("Answers a question from what is said and shown in the collection. Each sentence cites its sources as [n]; citations say which file and when. "
        + "'found' is false where the collection does not say: then nothing is claimed, and other words may help. " + CollectionTools.DataNotInstructions)]
    public async Task<IReadOnlyList<AIContent>> AskAsync(
        [Description("The question, whole and by itself.")] string question,
        [Description(SearchTools.AboutCollection)] string? collection = null,
        [Description("How many sources the answer may rest on, 1 to 20.")] int k = 6,
        [Description(SearchTools.AboutFilter)] JsonObject? filter = null,
        [Description("A picture that the question is about: its bytes in base64, or a data: URL. Paths and addresses are not opened.")] string? picture = null,
        CancellationToken cancellation = default)
    {
        if (string.IsNullOrWhiteSpace(question))
            throw new QueryException("question", "is empty; ask something");
        using ToolCollection open = desk.Open(collection);
        PictureSource? seen = string.IsNullOrWhiteSpace(picture) ? null : ToolDesk.Picture(picture);
        Answer answer = await open.Answers.AnswerAsync(
            new AskQuery
            {
                Question = question,
                K = k,
                Filter = ToolDesk.Filter(filter),
                Picture = seen,
                PictureVector = seen is null ? null : open.Encoder.EncodePicture(desk.Reader.Read(seen, open.Encoder.Manifest.Fit)),
            },
            cancellation).ConfigureAwait(false);
        string name = open.Store.Info.Name;
        Dictionary<int, Source> sources = answer.Sources.ToDictionary(source => source.Number);
        return ToolResult.Text(new AnswerReply(
            name,
            answer.Found,
            answer.Text,
            answer.Shorts,
            answer.Model,
            [.. answer.Cited.Select(number => Cite(name, sources[number]))]));
    }

    private CitationNote Cite(string collection, Source source)
    {
        ItemNote note = ItemNote.Of(desk, collection, source.Record, source.Start) with
        {
            Match = source.Match,
            FoundBy = ItemNote.Words(source.FoundBy),
            Says = ItemNote.Cut(source.Text, MostQuoted),
        };
        return new CitationNote(source.Number, note);
    }

    /// <param name="Collection">Where the answer comes from.</param>
    /// <param name="Found">False when the collection does not say.</param>
    /// <param name="Answer">With citations such as [2].</param>
    /// <param name="Shorts">The words of it that are the answer itself, where they are known; one for each question.</param>
    /// <param name="AnsweredBy">"extractive", or the name of a language model.</param>
    /// <param name="Citations">The sources that the answer cites, in order of first citation.</param>
    private sealed record AnswerReply(string Collection, bool Found, string Answer, IReadOnlyList<string> Shorts, string AnsweredBy, IReadOnlyList<CitationNote> Citations);

    /// <param name="Number">What the answer cites it by.</param>
    /// <param name="Item">The source.</param>
    private sealed record CitationNote(int Number, ItemNote Item);
}
