using System.Globalization;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Rag.Tools;

/// <summary>Where an item can be seen by people, and when.</summary>
internal static class ItemLinks
{
    /// <summary>The file as an address, with a media fragment (W3C, 2012) at the moment: <c>file:///videos/harbour.mp4#t=12.3</c>.</summary>
    public static string File(Asset asset, double? seconds)
    {
        string file = new UriBuilder { Scheme = Uri.UriSchemeFile, Host = "", Path = asset.Path }.Uri.AbsoluteUri;
        return seconds is { } time ? string.Create(CultureInfo.InvariantCulture, $"{file}#t={time:0.###}") : file;
    }

    /// <summary>The page of a server with this item open, among what looks like it; null where no server is known.</summary>
    public static string? Page(Uri? server, string collection, Item item)
    {
        if (server is null)
            return null;
        string reference = item.Id == item.AssetId ? $"{item.Id}" : $"{item.Id}:{item.AssetId}";
        return $"{server.AbsoluteUri.TrimEnd('/')}/?like={reference}&in={collection}&open={reference}";
    }

    /// <summary>"1:02", or "1:01:02" from an hour on.</summary>
    public static string Clock(double seconds)
    {
        TimeSpan time = TimeSpan.FromSeconds(Math.Max(0, seconds));
        return time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
    }
}
