using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Models;
using VisualSearch.Encoders.Models.Registry;

namespace VisualSearch.Api.Collections;

/// <summary>The models that vectors can be asked of, by name: the one that is served, or else every installed one that knows pictures and words.</summary>
internal sealed class EmbeddingModels(CollectionRegistry collections) : IDisposable
{
    private readonly Lock _gate = new();
    private RentedEncoder? _kept;
    private string? _keptFingerprint;

    /// <summary>The encoder of a model, for as long as the result is not disposed.</summary>
    /// <param name="model">Its name, alone or with its version as in <c>clip@1</c>, or the name it is installed under; null for the model in use.</param>
    /// <exception cref="RequestException">There is no such model; the message has the names that there are.</exception>
    /// <exception cref="ModelException">It can't be used.</exception>
    public RentedEncoder Rent(string? model)
    {
        var manifest = Find(model);
        var rented = collections.RentEncoder(manifest);
        Keep(manifest);
        return rented;
    }

    public void Dispose() => _kept?.Dispose();

    private ModelManifest Find(string? model)
    {
        if (string.IsNullOrEmpty(model)) return collections.Pinned ?? ModelManifest.LoadForPictures(collections.Models.LocateInUse());
        var known = Known().ToList();
        foreach (var (name, manifest) in known)
        {
            if (model == name || model == manifest.Name || model == $"{manifest.Name}@{manifest.Version}") return manifest;
        }

        throw new RequestException(StatusCodes.Status404NotFound, "No such model",
            $"There is no model '{model}' here. There are: {string.Join(", ", known.Select(static one => one.Manifest.Name).Distinct())}. Leave 'model' out for the one in use.", "model");
    }

    private IEnumerable<(string? Name, ModelManifest Manifest)> Known()
    {
        if (collections.Pinned is { } pinned) return [(null, pinned)];
        var library = collections.Models;
        return new[] { (Name: (string?)null, Folder: library.LocateInUse()) }
            .Concat(library.Installed().Select(name => ((string?)name, library.FolderOf(name))))
            .Append((ModelLibrary.Default, library.Locate(ModelLibrary.Default)))
            .Select(static one => (one.Name, Manifest: ModelManifest.Load(one.Folder)))
            // Sentence encoders know no pictures: their vectors come with collections, not from here.
            .Where(static one => one.Manifest.Image is not null);
    }

    // A model that no collection has would be opened and closed with each request, seconds of a large one. One stays: they take gigabytes.
    private void Keep(ModelManifest manifest)
    {
        var fingerprint = manifest.Fingerprint;
        RentedEncoder? old;
        lock (_gate)
        {
            if (_keptFingerprint == fingerprint) return;
            old = _kept;
            _kept = collections.RentEncoder(manifest);
            _keptFingerprint = fingerprint;
        }

        old?.Dispose();
    }
}
