using System.Text.Json.Nodes;

namespace VisualSearch.Encoders.Models.Registry;

/// <summary>A file of a model at its public home.</summary>
/// <param name="Name">Its name in the model's folder.</param>
/// <param name="Repository">Repository at the hub, such as <c>Xenova/clip-vit-base-patch32</c>.</param>
/// <param name="Revision">Commit of the repository, or a branch where no commit is known.</param>
/// <param name="Path">Path in the repository.</param>
/// <param name="Bytes">Its length; null where it isn't known.</param>
/// <param name="Sha256">Its digest in lower-case hexadecimal; null where none was published.</param>
public sealed record RegistryFile(string Name, string Repository, string Revision, string Path, long? Bytes, string? Sha256)
{
    /// <summary>Where it is fetched from.</summary>
    /// <param name="endpoint">Address of the hub or of a mirror of it.</param>
    public Uri Address(Uri endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{Repository}/resolve/{Revision}/{Path}");
    }
}

/// <summary>A model that <c>vsearch models pull</c> knows.</summary>
public sealed record RegistryEntry
{
    /// <summary>Short name, and the name of its folder once installed.</summary>
    public required string Name { get; init; }

    /// <summary>Name for people.</summary>
    public required string Title { get; init; }

    /// <summary>What it is good for, in a few words.</summary>
    public required string Purpose { get; init; }

    /// <summary>Licence of the weights.</summary>
    public required string Licence { get; init; }

    /// <summary>Length of its vectors.</summary>
    public required int Dimension { get; init; }

    /// <summary>Whether it is for pictures too; otherwise for texts only.</summary>
    public required bool HasPictures { get; init; }

    /// <summary>Its files, in the order they are fetched in: small ones first, so that a wrong address shows early.</summary>
    public required IReadOnlyList<RegistryFile> Files { get; init; }

    /// <summary>What model.json will say, but for name, version and the files' digests.</summary>
    internal JsonObject Model { get; init; } = new();

    /// <summary>Values that others published for it; null where there are none.</summary>
    internal PublishedDocument? Published { get; init; }

    /// <summary>Bytes of all files together, as far as they are known.</summary>
    public long Bytes => Files.Sum(f => f.Bytes ?? 0);

    /// <summary>Whether every file's digest is known before it is fetched.</summary>
    public bool IsPinned => Files.All(f => f.Sha256 is not null);
}
