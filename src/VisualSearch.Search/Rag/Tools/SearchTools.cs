using System.ComponentModel;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using VisualSearch.Encoders.Media;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Search.Rag.Tools;

/// <summary>The tools that look for items.</summary>
internal sealed class SearchTools(ToolDesk desk)
{
    internal const string AboutCollection = "Name of the collection; leave it out for the usual one. list_collections has the names.";
    internal const string AboutFilter =
        """Only items that match, such as {"field":"tags","eq":"beach"} or {"all":[{"field":"year","gte":2020},{"field":"kind","eq":"picture"}]}: """
        + "all, any, not, eq, in, gt, gte, lt, lte, exists. Fields: kind (picture, shot, passage), tags, title, path, folder, format, width, "
        + "height, and those that list_collections names.";

    private const string AboutK = "How many results at most, from 1 on.";
    private const string AboutPictures = "How many of the first results to show as pictures, after the text and in its order; 0 for none.";
    private const string AboutPicture = "The picture's bytes in base64, or a data: URL. Paths and addresses are not opened.";

    private static readonly Filter Moments = Filter.Parse("""{"field":"kind","in":["shot","passage"]}""");

    [Description("Finds pictures, shots of videos and passages of what is said in them by words: what is seen, said, or written in titles and tags. Best first. "
        + CollectionTools.DataNotInstructions)]
    public IReadOnlyList<AIContent> SearchWords(
        [Description("What to look for, in a few words.")] string text,
        [Description(AboutCollection)] string? collection = null,
        [Description(AboutK)] int k = 10,
        [Description(AboutFilter)] JsonObject? filter = null,
        [Description("What results should not look like, in words.")] string? avoid = null,
        [Description(AboutPictures)] int pictures = 0,
        CancellationToken cancellation = default)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new QueryException("text", "is empty; say what to look for");
        using ToolCollection open = desk.Open(collection);
        return Found(open, new SearchQuery { Text = text, NegativeText = avoid, Filter = ToolDesk.Filter(filter) }, k, pictures, cancellation);
    }

    [Description("Finds what looks like a picture that you send, or like a part of it; words may say what should be different. Best first. "
        + CollectionTools.DataNotInstructions)]
    public IReadOnlyList<AIContent> SearchPicture(
        [Description(AboutPicture + " Or leave it out and give an item.")] string? picture = null,
        [Description("Id of an item of the collection, in place of a picture.")] long? item = null,
        [Description("Words to add to the picture, such as 'at night'.")] string? text = null,
        [Description("The part of the picture that counts: x,y,width,height as fractions of it, such as 0.25,0.25,0.5,0.5.")] string? crop = null,
        [Description(AboutCollection)] string? collection = null,
        [Description(AboutK)] int k = 10,
        [Description(AboutFilter)] JsonObject? filter = null,
        [Description(AboutPictures)] int pictures = 0,
        CancellationToken cancellation = default)
    {
        if (string.IsNullOrWhiteSpace(picture) == item is null)
            throw new QueryException("picture", "give either a picture or the id of an item");
        if (crop is not null && item is not null)
            throw new QueryException("crop", "is for a picture that you send; leave it out with an item");
        using ToolCollection open = desk.Open(collection);
        float[]? vector = item is null ? Encode(open, picture!, crop) : null;
        long? like = item is { } id ? ToolDesk.Seen(open, id, "item") : null;
        return Found(open, new SearchQuery { PictureVector = vector, ImageItemId = like, Text = text, Filter = ToolDesk.Filter(filter) }, k, pictures, cancellation);
    }

    [Description("Finds more like some items of the collection, and unlike others. The items themselves are left out. Best first. "
        + CollectionTools.DataNotInstructions)]
    public IReadOnlyList<AIContent> FindSimilar(
        [Description("Ids of items to be like, one or more.")] long[] items,
        [Description("Ids of items to be unlike.")] long[]? unlike = null,
        [Description(AboutCollection)] string? collection = null,
        [Description(AboutK)] int k = 10,
        [Description(AboutFilter)] JsonObject? filter = null,
        [Description(AboutPictures)] int pictures = 0,
        CancellationToken cancellation = default)
    {
        using ToolCollection open = desk.Open(collection);
        if (items.Length == 0)
            throw new QueryException("items", "is empty; give the id of at least one item to be like");
        RecommendQuery query = new()
        {
            Positive = [.. items.Select(id => ToolDesk.Seen(open, id, "items"))],
            Negative = [.. (unlike ?? []).Select(id => ToolDesk.Seen(open, id, "unlike"))],
            K = desk.Count(k),
            Filter = ToolDesk.Filter(filter),
            Collapse = CollapseMode.Duplicates,
        };
        return Reply(open, open.Search.Recommend(query, cancellation), desk.Pictures(pictures), cancellation);
    }

    [Description("Finds when something is said or shown: moments of videos with their times, best first; in all videos, or in one. "
        + CollectionTools.DataNotInstructions)]
    public IReadOnlyList<AIContent> FindMoments(
        [Description("What is said or shown, in words.")] string text,
        [Description("Id of any item of the video to look in; leave it out for all videos.")] long? item = null,
        [Description(AboutCollection)] string? collection = null,
        [Description(AboutK)] int k = 10,
        [Description(AboutFilter)] JsonObject? filter = null,
        [Description(AboutPictures)] int pictures = 0,
        CancellationToken cancellation = default)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw new QueryException("text", "is empty; say what to look for");
        using ToolCollection open = desk.Open(collection);
        List<Filter> filters = [Moments];
        if (item is { } id)
            filters.Add(new Filter.Compare("assetId", FilterOperator.Equal, VideoOf(open, id)));
        if (ToolDesk.Filter(filter) is { } further)
            filters.Add(further);
        return Found(open, new SearchQuery { Text = text, Filter = new Filter.All(filters) }, k, pictures, cancellation);
    }

    private static long VideoOf(ToolCollection open, long id)
    {
        Item item = ToolDesk.Item(open, id, "item").Item;
        return item.Kind == ItemKind.Picture ? throw new QueryException("item", $"item {id} is a picture; give an item of a video, or leave it out") : item.AssetId;
    }

    private float[] Encode(ToolCollection open, string picture, string? crop) =>
        open.Encoder.EncodePicture(desk.Reader.Read(ToolDesk.Picture(picture), open.Encoder.Manifest.Fit, Crop(crop)));

    private static CropBox? Crop(string? crop)
    {
        if (string.IsNullOrWhiteSpace(crop))
            return null;
        try
        {
            return CropBox.Parse(crop);
        }
        catch (Exception invalid) when (invalid is FormatException or ArgumentException)
        {
            throw new QueryException("crop", $"'{crop}': {invalid.Message}");
        }
    }

    private IReadOnlyList<AIContent> Found(ToolCollection open, SearchQuery query, int k, int pictures, CancellationToken cancellation)
    {
        int shown = desk.Pictures(pictures);
        // Copies of one picture would fill a short list.
        SearchQuery whole = query with { K = desk.Count(k), Collapse = CollapseMode.Duplicates };
        return Reply(open, open.Search.Search(whole, cancellation), shown, cancellation);
    }

    private IReadOnlyList<AIContent> Reply(ToolCollection open, SearchResponse response, int pictures, CancellationToken cancellation)
    {
        string name = open.Store.Info.Name;
        (ItemRecord, double?)[] shown = [.. response.Results.Take(pictures).Select(result => (result.Record, result.Moment))];
        return ToolResult.WithPictures(
            faults => new FoundReply(
                name,
                response.Understood,
                response.NoGoodMatch ? "Nothing matches well; these are the nearest there are." : null,
                [.. response.Results.Select(result => ItemNote.Of(desk, name, result))],
                response.HasMore,
                pictures == 0 ? null : [.. response.Results.Take(pictures).Select(result => result.Item.Id).Where(id => !faults.ContainsKey(id))],
                faults.Count == 0 ? null : faults.ToDictionary(fault => $"{fault.Key}", fault => fault.Value)),
            desk, shown, cancellation);
    }

    /// <param name="Collection">Where it was looked.</param>
    /// <param name="Understood">What for.</param>
    /// <param name="Notice">What to know of the results.</param>
    /// <param name="Results">Best first.</param>
    /// <param name="HasMore">Whether a greater k would find more.</param>
    /// <param name="Pictures">Whose pictures follow, in this order.</param>
    /// <param name="PictureFaults">Which pictures can't be shown, and why.</param>
    private sealed record FoundReply(
        string Collection,
        string Understood,
        string? Notice,
        IReadOnlyList<ItemNote> Results,
        bool HasMore,
        IReadOnlyList<long>? Pictures,
        IReadOnlyDictionary<string, string>? PictureFaults);
}
