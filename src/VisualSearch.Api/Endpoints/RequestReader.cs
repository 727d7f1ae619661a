using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using VisualSearch.Api.Contract;
using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Media;
using VisualSearch.Search;
using VisualSearch.Search.Retrieval;
using VisualSearch.Search.Retrieval.Regions;

namespace VisualSearch.Api.Endpoints;

/// <summary>Turns a request body, JSON or multipart, into a checked search request and the bytes of its picture.</summary>
internal static class RequestReader
{
    /// <summary>A search request and its picture, if it brought one; named as its sender names it, for messages.</summary>
    public static async Task<(SearchRequest Request, PictureSource? Picture)> ReadSearchAsync(HttpRequest request, ApiOptions options, CancellationToken cancellation)
    {
        if (request.HasFormContentType) return await ReadFormAsync(request, options, cancellation).ConfigureAwait(false);
        var search = await ReadJsonAsync<SearchRequest>(request, cancellation).ConfigureAwait(false);
        return (search, search.Image is { } image ? Picture(image) : null);
    }

    /// <summary>A picture given in base64, with or without a leading data URL.</summary>
    public static PictureSource Picture(string image) => PictureSource.FromMemory(FromBase64(image), "image");

    /// <summary>A JSON body.</summary>
    public static async Task<T> ReadJsonAsync<T>(HttpRequest request, CancellationToken cancellation)
    {
        if (!request.HasJsonContentType())
        {
            throw new RequestException(StatusCodes.Status415UnsupportedMediaType, "Unsupported content type",
                $"The body's content type is '{request.ContentType}'. Send application/json, or multipart/form-data where a file comes along.");
        }

        try
        {
            return await request.ReadFromJsonAsync<T>(ContractJson.Options, cancellation).ConfigureAwait(false)
                ?? throw new RequestException(StatusCodes.Status400BadRequest, "Malformed request", "The body is null; send a JSON object.");
        }
        catch (JsonException error)
        {
            var field = error.Path is { Length: > 2 } path ? path[2..] : null;
            var place = field is null ? "The body" : $"'{field}'";
            throw new RequestException(StatusCodes.Status400BadRequest, "Malformed request", $"{place} can't be read: {Plain(error)}", field);
        }
    }

    /// <summary>A multipart form whose whole body is bounded.</summary>
    public static async Task<IFormCollection> ReadFormAsync(HttpRequest request, long maxBytes)
    {
        var form = new FormOptions { MultipartBodyLengthLimit = maxBytes, ValueLengthLimit = 64 * 1024, ValueCountLimit = 64, MultipartHeadersLengthLimit = 8 * 1024 };
        request.HttpContext.Features.Set<IFormFeature>(new FormFeature(request, form));
        try
        {
            return await request.ReadFormAsync(form).ConfigureAwait(false);
        }
        catch (InvalidDataException error)
        {
            throw new RequestException(StatusCodes.Status400BadRequest, "Malformed request", $"The multipart body can't be read: {error.Message}");
        }
    }

    /// <summary>The bytes of an uploaded file.</summary>
    public static async Task<byte[]> BytesAsync(IFormFile file, CancellationToken cancellation)
    {
        var bytes = new byte[file.Length];
        await using var stream = file.OpenReadStream();
        await stream.ReadExactlyAsync(bytes, cancellation).ConfigureAwait(false);
        return bytes;
    }

    /// <summary>A filter given as JSON text; null for none.</summary>
    public static Filter? Filter(string? json)
    {
        if (string.IsNullOrWhiteSpace(json)) return null;
        try
        {
            using var document = JsonDocument.Parse(json);
            return Search.Retrieval.Filter.Parse(document.RootElement);
        }
        catch (JsonException error)
        {
            throw RequestException.Invalid("filter", $"filter is no JSON: {Plain(error)}");
        }
    }

    /// <summary>A filter from a JSON body; null for none.</summary>
    public static Filter? Filter(JsonElement? json) =>
        json is { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } element ? Search.Retrieval.Filter.Parse(element) : null;

    /// <summary>A crop box inside the picture.</summary>
    public static CropBox? Crop(CropRequest? crop)
    {
        if (crop is null) return null;
        try
        {
            return CropBox.Create(crop.X, crop.Y, crop.Width, crop.Height);
        }
        catch (ArgumentException error)
        {
            throw RequestException.Invalid("crop", error.Message);
        }
    }

    private static async Task<(SearchRequest Request, PictureSource? Picture)> ReadFormAsync(HttpRequest request, ApiOptions options, CancellationToken cancellation)
    {
        var form = await ReadFormAsync(request, options.MaxBodyBytes).ConfigureAwait(false);
        var search = new SearchRequest
        {
            Text = Value(form, "text"),
            NegativeText = Value(form, "negativeText"),
            ImageId = Number<long>(form, "imageId"),
            Crop = Json<CropRequest>(form, "crop"),
            K = Number<int>(form, "k") ?? 20,
            Offset = Number<int>(form, "offset") ?? 0,
            Filter = Json<JsonElement?>(form, "filter"),
            Mode = Word<SearchMode>(form, "mode"),
            EfSearch = Number<int>(form, "efSearch") ?? 0,
            Regions = Value(form, "regions") is null ? null : Word<RegionMode>(form, "regions"),
            Collapse = Word<CollapseMode>(form, "collapse"),
            Diversity = Number<double>(form, "diversity") ?? 0,
            Explain = Value(form, "explain") is { } explain && (bool.TryParse(explain, out var yes) ? yes : throw RequestException.Invalid("explain", $"explain is '{explain}'; give true or false.")),
        };
        if (form.Files.GetFile("image") is not { } file) return (search, null);
        var name = Path.GetFileName(file.FileName) is { Length: > 0 } given ? given : "image";
        return (search, PictureSource.FromMemory(await BytesAsync(file, cancellation).ConfigureAwait(false), name));
    }

    private static string? Value(IFormCollection form, string name) => form[name].ToString() is { Length: > 0 } value ? value : null;

    private static T? Number<T>(IFormCollection form, string name)
        where T : struct, ISpanParsable<T>
    {
        if (Value(form, name) is not { } value) return null;
        return T.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : throw RequestException.Invalid(name, $"{name} is '{value}'; give a number.");
    }

    private static T Word<T>(IFormCollection form, string name)
        where T : struct, Enum
    {
        if (Value(form, name) is not { } value) return default;
        if (Enum.TryParse<T>(value, ignoreCase: true, out var word) && Enum.IsDefined(word)) return word;
        throw RequestException.Invalid(name, $"{name} is '{value}'; give one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.");
    }

    private static T? Json<T>(IFormCollection form, string name)
    {
        if (Value(form, name) is not { } value) return default;
        try
        {
            return JsonSerializer.Deserialize<T>(value, ContractJson.Options);
        }
        catch (JsonException error)
        {
            throw RequestException.Invalid(name, $"{name} is no such JSON: {Plain(error)}");
        }
    }

    private static byte[] FromBase64(string image)
    {
        var comma = image.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? image.IndexOf(',', StringComparison.Ordinal) : -1;
        try
        {
            return Convert.FromBase64String(image[(comma + 1)..]);
        }
        catch (FormatException)
        {
            throw RequestException.Invalid("image", "image is no base64. Send the file's bytes in base64, with or without a leading 'data:image/…;base64,', or as a file of a multipart form.");
        }
    }

    // System.Text.Json appends path and position, which we say ourselves.
    private static string Plain(JsonException error)
    {
        var cut = error.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        return cut > 0 ? error.Message[..cut] : error.Message;
    }
}
