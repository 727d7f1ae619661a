using System.Text.Json;
using System.Text.Json.Nodes;

namespace VisualSearch.Encoders.Models.Registry;

/// <summary>The list of models that can be fetched: <c>models/registry.json</c>, which is part of this assembly, or another file like it.</summary>
/// <remarks>
/// Map of this folder: <see cref="ModelRegistry"/> knows models, <see cref="ModelPuller"/> fetches one (<c>FileDownload</c> a file of it),
/// <see cref="ModelLibrary"/> holds what is installed, <see cref="GoldenCheck"/> tells whether it computes what it should.
/// </remarks>
public sealed class ModelRegistry
{
    /// <summary>Environment variable that names another hub or a mirror.</summary>
    public const string EndpointVariable = "HF_ENDPOINT";

    private const string Resource = "registry.json";

    private ModelRegistry(Uri endpoint, IReadOnlyList<RegistryEntry> entries) => (Endpoint, Entries) = (endpoint, entries);

    /// <summary>Address that files are fetched from.</summary>
    public Uri Endpoint { get; }

    /// <summary>All models, in the order of the file.</summary>
    public IReadOnlyList<RegistryEntry> Entries { get; }

    /// <summary>Reads a list of models.</summary>
    /// <param name="path">The file; null for the one that this assembly holds.</param>
    /// <exception cref="ModelException">It can't be read, or a value is missing or wrong; the message names its JSON path.</exception>
    public static ModelRegistry Load(string? path = null) => Load(path, Environment.GetEnvironmentVariable(EndpointVariable));

    /// <summary>The model of a name.</summary>
    /// <exception cref="ModelException">There is none; the message names all.</exception>
    public RegistryEntry Find(string name) => Entries.FirstOrDefault(e => e.Name == name)
        ?? throw new ModelException($"There is no model '{name}' to pull. There are: {string.Join(", ", Entries.Select(e => e.Name))}.");

    internal static ModelRegistry Load(string? path, string? endpoint)
    {
        try
        {
            using Stream stream = path is null
                ? typeof(ModelRegistry).Assembly.GetManifestResourceStream(Resource)!
                : File.OpenRead(path);
            RegistryDocument? document = JsonSerializer.Deserialize(stream, RegistryJson.Default.RegistryDocument);
            return new Reader(path ?? Resource).Build(document, endpoint);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"The list of models cannot be read: {e.Message} Name another file with --registry.", e);
        }
        catch (JsonException e)
        {
            throw new ModelException($"'{path ?? Resource}' is no valid list of models at {e.Path ?? "$"} (line {e.LineNumber + 1}): {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new ModelException($"'{path ?? Resource}' has a value of the wrong kind in a $.models[…].model: {e.Message}", e);
        }
    }

    private sealed class Reader(string path)
    {
        public ModelRegistry Build(RegistryDocument? document, string? endpoint)
        {
            string named = string.IsNullOrEmpty(endpoint) ? Filled(document?.Endpoint, "$.endpoint") : endpoint;
            if (!Uri.TryCreate(named, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https"))
            {
                throw new ModelException(
                    $"'{named}' is no address to fetch models from. Write one such as https://hub.example.org into {EndpointVariable}, or unset it.");
            }

            List<EntryDocument?> models = document?.Models ?? throw Fault("$.models", "is missing");
            RegistryEntry[] entries = [.. models.Select((m, i) => Build(m, $"$.models[{i}]"))];
            string[] twice = [.. entries.GroupBy(e => e.Name).Where(g => g.Count() > 1).Select(g => g.Key)];
            return twice.Length == 0 ? new ModelRegistry(address, entries) : throw Fault("$.models", $"names '{twice[0]}' twice");
        }

        private RegistryEntry Build(EntryDocument? entry, string at)
        {
            if (entry is null)
            {
                throw Fault(at, "is missing");
            }

            string name = Filled(entry.Name, $"{at}.name");
            if (!ModelLibrary.IsValidName(name))
            {
                throw Fault($"{at}.name", $"is '{name}'; write 1 to 64 of a-z, 0-9, '.', '-' and '_', beginning with a letter or digit");
            }

            JsonObject model = entry.Model ?? throw Fault($"{at}.model", "is missing");
            return new RegistryEntry
            {
                Name = name,
                Title = Filled(entry.Title, $"{at}.title"),
                Purpose = Filled(entry.Purpose, $"{at}.purpose"),
                Licence = Filled((string?)model["licence"], $"{at}.model.licence"),
                Dimension = (int?)model["dimension"] ?? throw Fault($"{at}.model.dimension", "is missing"),
                HasPictures = model["image"] is not null,
                Files = [.. Files(entry, at).OrderBy(f => f.Bytes ?? long.MaxValue)],
                Model = model,
                Published = entry.Published,
            };
        }

        private IEnumerable<RegistryFile> Files(EntryDocument entry, string at)
        {
            if (entry.Files is not { Count: > 0 })
            {
                throw Fault($"{at}.files", "is missing or empty");
            }

            foreach ((string name, FileDocument? file) in entry.Files)
            {
                string place = $"{at}.files['{name}']";
                if (!ModelManifest.IsFileName(name) || name is ModelManifest.FileName or GoldenFile.Name)
                {
                    throw Fault(place, "is no name that a file of a model can have");
                }

                if (file?.Sha256 is { } digest && !(digest.Length == 64 && digest.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f')))
                {
                    throw Fault($"{place}.sha256", $"is '{digest}'; write 64 hexadecimal digits in lower case");
                }

                yield return new RegistryFile(
                    name, Filled(file?.Repository ?? entry.Repository, $"{at}.repository"), Filled(file?.Revision ?? entry.Revision, $"{at}.revision"),
                    Filled(file?.Path ?? name, $"{place}.path"), file?.Bytes, file?.Sha256);
            }
        }

        private string Filled(string? value, string at) => string.IsNullOrWhiteSpace(value) ? throw Fault(at, "is missing or empty") : value;

        private ModelException Fault(string at, string what) => new($"'{path}': {at} {what}.");
    }
}
