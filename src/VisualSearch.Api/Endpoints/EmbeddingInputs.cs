using System.Text.Json;
using VisualSearch.Api.Hosting;
using VisualSearch.Encoders.Media;

namespace VisualSearch.Api.Endpoints;

/// <summary>One thing to embed.</summary>
/// <param name="Text">The text; null for a picture.</param>
/// <param name="Picture">The bytes of the picture's file; null for a text.</param>
internal readonly record struct EmbeddingInput(string? Text, byte[]? Picture);

/// <summary>Reads the member <c>input</c> of a request for vectors.</summary>
internal static class EmbeddingInputs
{
    /// <summary>Most inputs of one request: eight runs of the networks, well under a second of one core each with the default model.</summary>
    public const int Most = 256;

    /// <summary>Longest text in characters: a tokenizer reads it whole before it is cut to what the model takes.</summary>
    public const int MaxTextLength = 32 * 1024;

    private const string Kinds = "give a text, a data: URL of a picture, {\"image\":\"data:image/…;base64,…\"}, {\"type\":\"image_url\",\"image_url\":{\"url\":\"data:…\"}} or {\"type\":\"text\",\"text\":\"…\"}";

    /// <summary>The inputs in their order.</summary>
    /// <exception cref="RequestException">One of them can't be used.</exception>
    public static IReadOnlyList<EmbeddingInput> Read(JsonElement input)
    {
        if (input.ValueKind != JsonValueKind.Array) return [ReadOne(input, "input")];
        var count = input.GetArrayLength();
        if (count == 0) throw Invalid("input", "input is an empty list; give at least one text or picture.");
        if (input[0].ValueKind is JsonValueKind.Number or JsonValueKind.Array)
        {
            throw Invalid("input", "input is a list of tokens, which differ from model to model; send the texts themselves (in LangChain: check_embedding_ctx_length=False).");
        }

        if (count > Most) throw Invalid("input", $"input has {count} entries; give at most {Most}, and the rest in further requests.");
        return [.. input.EnumerateArray().Select(static (one, i) => ReadOne(one, $"input[{i}]"))];
    }

    private static EmbeddingInput ReadOne(JsonElement one, string place) => one.ValueKind switch
    {
        JsonValueKind.String => ReadText(one.GetString()!, place, mayBePicture: true),
        JsonValueKind.Object => ReadObject(one, place),
        _ => throw Invalid(place, $"{place} is {one.ValueKind.ToString().ToLowerInvariant()}; {Kinds}."),
    };

    private static EmbeddingInput ReadObject(JsonElement one, string place)
    {
        if (Text(one, "image") is { } image) return ReadPicture(image, $"{place}.image");
        if (one.TryGetProperty("image_url", out var url))
        {
            var address = url.ValueKind == JsonValueKind.String ? url.GetString() : url.ValueKind == JsonValueKind.Object ? Text(url, "url") : null;
            return ReadPicture(address ?? throw Invalid(place, $"{place}.image_url has no url; {Kinds}."), $"{place}.image_url");
        }

        return Text(one, "text") is { } text ? ReadText(text, $"{place}.text", mayBePicture: false) : throw Invalid(place, $"{place} has no image, image_url or text; {Kinds}.");
    }

    private static string? Text(JsonElement one, string name) => one.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static EmbeddingInput ReadText(string text, string place, bool mayBePicture)
    {
        if (mayBePicture && text.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase)) return ReadPicture(text, place);
        if (mayBePicture && IsPictureAddress(text))
        {
            throw Invalid(place, $"{place} is the address of a picture, and nothing is fetched; send the picture's bytes as data:image/…;base64,…, or, if the words are meant, {{\"type\":\"text\",\"text\":\"…\"}}.");
        }

        if (text.Length == 0) throw Invalid(place, $"{place} is empty; {Kinds}.");
        return text.Length <= MaxTextLength
            ? new EmbeddingInput(text, null)
            : throw Invalid(place, $"{place} has {text.Length} characters; give at most {MaxTextLength}.");
    }

    // Its vector as a text would be an answer, and a wrong one.
    private static bool IsPictureAddress(string text) =>
        text.StartsWith("http", StringComparison.OrdinalIgnoreCase) && !text.Any(char.IsWhiteSpace)
        && Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme is "http" or "https") && PictureReader.IsPictureFile(address.AbsolutePath);

    private static EmbeddingInput ReadPicture(string address, string place)
    {
        if (address.Contains("://", StringComparison.Ordinal))
        {
            throw Invalid(place, $"{place} is an address, and nothing is fetched; send the picture's bytes as data:image/…;base64,….");
        }

        var comma = address.StartsWith("data:", StringComparison.OrdinalIgnoreCase) ? address.IndexOf(',', StringComparison.Ordinal) : -1;
        try
        {
            return new EmbeddingInput(null, Convert.FromBase64String(address[(comma + 1)..]));
        }
        catch (FormatException)
        {
            throw Invalid(place, $"{place} is no base64; send the picture's bytes as data:image/…;base64,….");
        }
    }

    // The field is the request's; the message has the place in it.
    private static RequestException Invalid(string place, string detail) =>
        RequestException.Invalid(place.StartsWith("input", StringComparison.Ordinal) ? "input" : place, detail);
}
