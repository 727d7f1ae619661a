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
    /// <param name="model">Its name, alone or with its version as in <c>default@1</c>, or the name it is installed under; null for the model in use.</param>
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
        var library = collections.Models;
        if (string.IsNullOrEmpty(model)) return collections.Pinned ?? ModelManifest.LoadForPictures(library.LocateInUse());
        var installed = ModelLibrary.IsValidName(model) && (model == ModelLibrary.Default || library.IsInstalled(model));
        if (collections.Pinned is null && installed) return ModelManifest.LoadForPictures(library.Locate(model));
        var known = Known().ToList();
        return known.Find(one => model == one.Name || model == $"{one.Name}@{one.Version}") ?? throw new RequestException(StatusCodes.Status404NotFound, "No such model",
            $"There is no model '{model}' here. There are: {string.Join(", ", known.Select(static one => one.Name).Distinct())}. Leave 'model' out for the one in use.", "model");
    }

    private IEnumerable<ModelManifest> Known()
    {
        if (collections.Pinned is { } pinned) return [pinned];
        var library = collections.Models;
        return new[] { library.LocateInUse(), library.Locate(ModelLibrary.Default) }.Concat(library.Installed().Select(library.FolderOf)).Select(Usable).OfType<ModelManifest>();
    }

    // A damaged model must not hide the others, and a sentence encoder knows no pictures; asked for by name, both say so.
    private static ModelManifest? Usable(string folder)
    {
        try
        {
            return ModelManifest.LoadForPictures(folder);
        }
        catch (ModelException)
        {
            return null;
        }
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
