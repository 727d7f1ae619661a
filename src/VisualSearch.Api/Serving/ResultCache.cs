using System.Text.Json;
using Microsoft.Extensions.Caching.Memory;
using VisualSearch.Api.Contract;
using VisualSearch.Encoders.Media;
using VisualSearch.Search.Stores;

namespace VisualSearch.Api.Serving;

/// <summary>
/// Replies of one collection to the searches of the last hours, as long as nothing has changed: people turn pages back and forth, open the same
/// link, and come back to what they searched for. A reply is found again only by the same request over the same state of the collection.
/// </summary>
/// <param name="store">The collection.</param>
/// <param name="onLookup">Told of each question, and whether the reply was known; null for nobody.</param>
internal sealed class ResultCache(IServedStore store, Action<string, bool>? onLookup = null) : IDisposable
{
    // A reply of 20 results takes some 20 KB.
    private const int MostReplies = 512;

    private readonly MemoryCache _replies = new(new MemoryCacheOptions { SizeLimit = MostReplies });

    /// <summary>What a request is known by in the collection's present state; null for one that is never kept.</summary>
    /// <param name="request">The request.</param>
    /// <param name="picture">The picture that came with it; null for none.</param>
    /// <returns>To be taken before the search, so that a change meanwhile makes the reply unknown rather than outdated.</returns>
    public string? Key(SearchRequest request, PictureSource? picture)
    {
        // An explanation is asked for by those who study one search, and parts of pictures are embedded without a change to the collection.
        if (request.Explain || request.Regions is not (null or Search.Retrieval.Regions.RegionMode.None) || (request.Crop is not null && store.RegionPictures > 0)) return null;
        var digest = "";
        if (picture is not null)
        {
            if (picture.Digest is not { } known) return null;
            digest = known;
        }

        // The whole request, so that a field which is added to it can't be forgotten here; the picture in it goes by its digest.
        return store.SearchableState is { } state ? $"{state}\n{digest}\n{JsonSerializer.Serialize(request with { Image = null }, ContractJson.Options)}" : null;
    }

    /// <summary>The reply that is known by a key.</summary>
    /// <returns>With an identity of its own, so that what happens to its results is not counted for the first asker's; null when none is known.</returns>
    public SearchReply? Find(string key)
    {
        var isKnown = _replies.TryGetValue(key, out SearchReply? known);
        onLookup?.Invoke("result", isKnown);
        return isKnown ? known! with { QueryId = Guid.CreateVersion7().ToString("N"), Cached = true } : null;
    }

    /// <summary>Keeps a reply.</summary>
    public void Keep(string key, SearchReply reply) => _replies.Set(key, reply, new MemoryCacheEntryOptions { Size = 1 });

    public void Dispose() => _replies.Dispose();
}
