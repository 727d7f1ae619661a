using VisualSearch.Encoders.Models;

namespace VisualSearch.Search.Stores.Regions;

/// <summary>A picture whose parts are to be embedded.</summary>
/// <param name="ItemId">Its item.</param>
/// <param name="Path">Absolute path.</param>
/// <param name="ContentHash">SHA-256 of the bytes that the collection knows, in lower-case hexadecimal.</param>
public sealed record RegionPicture(long ItemId, string Path, string ContentHash);

/// <summary>
/// Makes what a collection needs to be searched by parts of pictures, or brings it up to date.
/// <code>
/// Missing   pictures without patches, or with those of other bytes
/// Write     their patches; what was written when a call returns survives a kill
/// Finish    forget pictures that are gone; index what is new; from then on searches find it
/// </code>
/// The collection is searched and changed meanwhile: nothing here needs the right to write to it, but one build runs at a time.
/// </summary>
public interface IRegionBuild : IDisposable
{
    /// <summary>The model that patches must come from.</summary>
    ModelIdentity Model { get; }

    /// <summary>Pictures that have patches.</summary>
    long Count { get; }

    /// <summary>The pictures whose patches are missing or are of other bytes, in order of item.</summary>
    IReadOnlyList<RegionPicture> Missing();

    /// <summary>Writes patches.</summary>
    /// <param name="batch">Pictures as <see cref="Missing"/> gave them, and their patches.</param>
    /// <exception cref="WriterBusyException">Another build has begun meanwhile, as this one gave no sign of life for too long.</exception>
    void Write(IReadOnlyList<(RegionPicture Picture, PatchGrid Grid)> batch);

    /// <summary>Forgets the pictures that are gone, and brings the index up to date.</summary>
    /// <returns>How many were forgotten.</returns>
    /// <exception cref="WriterBusyException">Another build has begun meanwhile, as this one gave no sign of life for too long.</exception>
    int Finish();
}
