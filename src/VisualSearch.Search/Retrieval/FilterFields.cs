using System.Globalization;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Retrieval;

/// <summary>The fields that filters and facets know, and their values for an item.</summary>
/// <remarks>
/// <para>Built in: <c>id</c>, <c>assetId</c>, <c>kind</c> (picture, shot, passage), <c>path</c> (both the path below the root and
/// the absolute one), <c>root</c>, <c>folder</c> (the part of the path below the root before the file name), <c>title</c>,
/// <c>text</c>, <c>tags</c>, <c>format</c>, <c>width</c>, <c>height</c>, <c>sizeBytes</c>. Any other name is a payload field;
/// <c>year</c> comes from <c>takenAt</c> where the payload has none. Names are compared without regard to case.</para>
/// <para>Texts are equal without regard to case and ordered by code point of their upper case; ISO 8601 times of one form
/// therefore order as times. A number equals the text that reads as it; order is only between numbers (or text that reads as
/// one, on the filter's side) and between texts. Truth values have no order.</para>
/// </remarks>
public static class FilterFields
{
    /// <summary>The names of the built-in fields.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } =
        ["id", "assetId", "kind", "path", "root", "folder", "title", "text", "tags", "format", "width", "height", "sizeBytes"];

    /// <summary>The values of a field for an item; none when it has no such field. An empty built-in text counts as missing.</summary>
    /// <param name="record">The item with its asset.</param>
    /// <param name="field">A built-in field or a payload field.</param>
    public static IReadOnlyList<FieldValue> Values(ItemRecord record, string field)
    {
        ArgumentNullException.ThrowIfNull(record);
        ArgumentNullException.ThrowIfNull(field);
        Asset asset = record.Asset;
        switch (field.ToUpperInvariant())
        {
            case "ID":
                return [record.Item.Id];
            case "ASSETID":
                return [asset.Id];
            case "KIND":
                return [Word(record.Item.Kind)];
            case "PATH":
                return [.. Texts(asset.RelativePath), .. Texts(asset.Path)];
            case "ROOT":
                return Texts(asset.Root);
            case "FOLDER":
                return Texts(Folder(asset.RelativePath));
            case "TITLE":
                return Texts(asset.Title);
            case "TEXT":
                return Texts(asset.Text);
            case "TAGS":
                return [.. asset.Tags.Select(FieldValue.From)];
            case "FORMAT":
                return Texts(asset.Format);
            case "WIDTH":
                return [asset.Width];
            case "HEIGHT":
                return [asset.Height];
            case "SIZEBYTES":
                return [asset.SizeBytes];
            default:
                return Payload(asset, field) is FieldValue value ? [value] : [];
        }
    }

    /// <summary>The word by which filters and results name a kind of item.</summary>
    /// <param name="kind">The kind.</param>
    public static string Word(ItemKind kind) => kind switch
    {
        ItemKind.Picture => "picture",
        ItemKind.Shot => "shot",
        ItemKind.Passage => "passage",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of item."),
    };

    /// <summary>The folder part of a path with '/' between its parts, without the last '/'; empty at the top.</summary>
    internal static string Folder(string relativePath)
    {
        int slash = relativePath.LastIndexOf('/');
        return slash < 0 ? "" : relativePath[..slash];
    }

    /// <summary>The year that <c>takenAt</c> begins with, or null.</summary>
    internal static double? YearTaken(FieldValue takenAt)
    {
        if (takenAt.Kind != FieldKind.Text || takenAt.Text.Length < 4)
            return null;
        ReadOnlySpan<char> digits = takenAt.Text.AsSpan(0, 4);
        bool endsThere = takenAt.Text.Length == 4 || !char.IsAsciiDigit(takenAt.Text[4]);
        return endsThere && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int year) ? year : null;
    }

    private static FieldValue? Payload(Asset asset, string field)
    {
        if (Find(asset, field) is FieldValue value)
            return value;
        bool year = field.Equals("year", StringComparison.OrdinalIgnoreCase);
        return year && Find(asset, "takenAt") is FieldValue taken && YearTaken(taken) is double number ? number : null;
    }

    private static FieldValue? Find(Asset asset, string field)
    {
        if (asset.Fields.TryGetValue(field, out FieldValue exact))
            return exact;
        string folded = CatalogText.Fold(field);
        foreach ((string name, FieldValue value) in asset.Fields)
            if (CatalogText.Fold(name) == folded)
                return value;
        return null;
    }

    private static FieldValue[] Texts(string? text) => string.IsNullOrEmpty(text) ? [] : [text];
}
