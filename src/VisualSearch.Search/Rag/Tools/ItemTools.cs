using System.ComponentModel;
using Microsoft.Extensions.AI;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Rag.Tools;

/// <summary>The tools that say what there is, and show one item.</summary>
internal sealed class ItemTools(ToolDesk desk)
{
    private const int MostTags = 30;
    private const int MostSeconds = 3600;

    [Description("Lists the collections: how much is in each, and the fields and most frequent tags to filter by. " + CollectionTools.DataNotInstructions)]
    public IReadOnlyList<AIContent> ListCollections()
    {
        CollectionNote[] notes = [.. desk.Collections.List().Select(Describe)];
        string? notice = notes.Length == 0 ? "There is no collection yet. People make one with: vsearch index FOLDER" : null;
        return ToolResult.Text(new CollectionsReply(desk.Options.Collection, notes, notice));
    }

    [Description("Shows one item: the picture itself, or the frame of a video, with all that is known of the file and, of a video, what is said around that moment. "
        + CollectionTools.DataNotInstructions)]
    public IReadOnlyList<AIContent> GetItem(
        [Description("Id of the item, as search results have it.")] long item,
        [Description(SearchTools.AboutCollection)] string? collection = null,
        [Description("How many seconds of what is said before and after to include, 0 to 3600.")] int seconds = 30,
        [Description("Whether to show the picture.")] bool picture = true,
        CancellationToken cancellation = default)
    {
        if (seconds is < 0 or > MostSeconds)
            throw new QueryException("seconds", $"{seconds} is not in 0..{MostSeconds}");
        using ToolCollection open = desk.Open(collection);
        ItemRecord record = ToolDesk.Item(open, item, "item");
        string name = open.Store.Info.Name;
        List<TranscriptLine> transcript = Transcript(open.Store, record, seconds);
        (ItemRecord, double?)[] shown = picture ? [(record, null)] : [];
        return ToolResult.WithPictures(
            faults => new ItemReply
            {
                Collection = name,
                Item = ItemNote.Of(desk, name, record),
                Text = ItemNote.Cut(record.Asset.Text, desk.Options.MaxTranscriptLength),
                Fields = record.Asset.Fields.Count == 0 ? null : record.Asset.Fields,
                Format = record.Asset.Format,
                Width = record.Asset.Width,
                Height = record.Asset.Height,
                SizeBytes = record.Asset.SizeBytes,
                Transcript = transcript.Count == 0 ? null : [.. transcript.Select(line => new SaidLine(ItemNote.Rounded(line.Start)!.Value, ItemLinks.Clock(line.Start), line.Text))],
                PictureFault = faults.GetValueOrDefault(item),
            },
            desk, shown, cancellation);
    }

    // One that can't be opened must not hide the others.
    private CollectionNote Describe(CollectionInfo info)
    {
        if (info.Fault is not null)
            return new CollectionNote(info.Name) { Fault = info.Fault };
        try
        {
            using ToolCollection open = desk.Collections.Open(info.Name);
            CollectionInfo now = open.Store.Info;
            return new CollectionNote(now.Name)
            {
                Files = now.Assets,
                Videos = open.Store.Videos,
                Items = now.Items,
                Model = now.ModelName,
                Fields = open.Store.FieldNames(),
                Tags = open.Store.Facet("tags", limit: MostTags).ToDictionary(tag => tag.Value, tag => tag.Count),
            };
        }
        catch (Exception refused) when (refused is SearchException or ModelException)
        {
            return new CollectionNote(info.Name) { Fault = refused.Message };
        }
    }

    // The lines around an item, those nearest to it first to be kept where there are too many words.
    private List<TranscriptLine> Transcript(IRecords store, ItemRecord record, int seconds)
    {
        if (record.Item.Kind == ItemKind.Picture || store.FindVideo(record.Asset.Id) is not { } video)
            return [];
        double start = record.Item.Start ?? 0, end = record.Item.End ?? start;
        int left = desk.Options.MaxTranscriptLength;
        return [.. video.Transcript
            .Where(line => line.End >= start - seconds && line.Start <= end + seconds)
            .OrderBy(line => Math.Max(0, Math.Max(start - line.End, line.Start - end)))
            .TakeWhile(line => (left -= line.Text.Length) >= 0)
            .OrderBy(line => line.Start)];
    }

    private sealed record CollectionsReply(string Usual, IReadOnlyList<CollectionNote> Collections, string? Notice);

    /// <param name="Name">What other tools take as "collection".</param>
    private sealed record CollectionNote(string Name)
    {
        /// <summary>Pictures and videos.</summary>
        public long Files { get; init; }

        public long Videos { get; init; }

        /// <summary>Pictures, shots and passages: what is found.</summary>
        public long Items { get; init; }

        public string? Model { get; init; }

        /// <summary>What files say of themselves, besides the fields that every item has.</summary>
        public IReadOnlyList<string>? Fields { get; init; }

        /// <summary>The most frequent, and how many items have each.</summary>
        public IReadOnlyDictionary<string, long>? Tags { get; init; }

        public string? Fault { get; init; }
    }

    private sealed record ItemReply
    {
        public required string Collection { get; init; }

        public required ItemNote Item { get; init; }

        /// <summary>The description of the file.</summary>
        public string? Text { get; init; }

        public IReadOnlyDictionary<string, FieldValue>? Fields { get; init; }

        public required string Format { get; init; }

        public required int Width { get; init; }

        public required int Height { get; init; }

        public required long SizeBytes { get; init; }

        public IReadOnlyList<SaidLine>? Transcript { get; init; }

        /// <summary>Why no picture follows.</summary>
        public string? PictureFault { get; init; }
    }

    /// <param name="Start">Seconds from the start of the video.</param>
    /// <param name="Time">The same for people.</param>
    /// <param name="Text">What is said.</param>
    private sealed record SaidLine(double Start, string Time, string Text);
}
