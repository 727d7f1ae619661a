using System.Text.Json;
using System.Text.Json.Nodes;
using VisualSearch.Encoders.Media;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Search.Rag.Tools;

/// <summary>What all tools need: an open collection, and arguments turned into parts of a query.</summary>
internal sealed class ToolDesk(IToolCollections collections, ToolOptions options)
{
    private readonly Lazy<PictureReader> reader = new(() => new PictureReader(options.PictureLimits));

    public ToolOptions Options => options;

    public PictureReader Reader => reader.Value;

    public IToolCollections Collections => collections;

    /// <summary>The collection that a call names, or the usual one.</summary>
    /// <exception cref="SearchException">There is none of this name.</exception>
    public ToolCollection Open(string? name) => collections.Open(string.IsNullOrWhiteSpace(name) ? options.Collection : name.Trim());

    /// <exception cref="QueryException">It is out of range.</exception>
    public int Count(int k) => k >= 1 && k <= options.MaxResults ? k : throw new QueryException("k", $"{k} is not in 1..{options.MaxResults}");

    /// <exception cref="QueryException">It is out of range.</exception>
    public int Pictures(int pictures) => pictures >= 0 && pictures <= options.MaxPictures
        ? pictures
        : throw new QueryException("pictures", $"{pictures} is not in 0..{options.MaxPictures}; 0 is for none");

    /// <exception cref="FilterException">It does not follow the filter language.</exception>
    public static Filter? Filter(JsonObject? filter)
    {
        if (filter is null || filter.Count == 0)
            return null;
        using JsonDocument document = JsonDocument.Parse(filter.ToJsonString());
        return Retrieval.Filter.Parse(document.RootElement);
    }

    /// <summary>A picture that an agent sent.</summary>
    /// <exception cref="QueryException">It is no base64.</exception>
    public static PictureSource Picture(string picture)
    {
        const string Wanted = "send the picture's bytes in base64, with or without 'data:image/…;base64,' before them; paths and addresses are not opened";
        string text = picture.Trim();
        bool isData = text.StartsWith("data:", StringComparison.OrdinalIgnoreCase);
        int comma = isData ? text.IndexOf(',', StringComparison.Ordinal) : -1;
        byte[] bytes = new byte[(text.Length - comma) / 4 * 3 + 3];
        return (!isData || comma > 0) && Convert.TryFromBase64Chars(text.AsSpan(comma + 1), bytes, out int length) && length > 0
            ? PictureSource.FromMemory(bytes.AsMemory(0, length), "picture")
            : throw new QueryException("picture", $"is no base64; {Wanted}");
    }

    /// <summary>An item of a collection.</summary>
    /// <exception cref="ItemNotFoundException">It is not there.</exception>
    public static ItemRecord Item(ToolCollection open, long id, string argument) =>
        open.Store.Load([id]) is [var record] ? record : throw new ItemNotFoundException(argument, id);

    /// <summary>The item by which more like it can be looked for: of a passage, the shot that is shown while it is said.</summary>
    /// <exception cref="ItemNotFoundException">It is not there.</exception>
    public static long Seen(ToolCollection open, long id, string argument)
    {
        Item item = Item(open, id, argument).Item;
        if (item.Kind != ItemKind.Passage)
            return id;
        double middle = ((item.Start ?? 0) + (item.End ?? 0)) / 2;
        Item[] shots = [.. open.Store.ItemsOf(item.AssetId).Where(other => other.Kind == ItemKind.Shot)];
        return shots.Length == 0
            ? throw new QueryException(argument, $"item {id} is a passage of text without pictures; give a picture or a shot")
            : (shots.FirstOrDefault(shot => shot.Start <= middle && middle <= shot.End) ?? shots[0]).Id;
    }
}
