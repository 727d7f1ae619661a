using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisualSearch.Api.Contract;

/// <summary>Texts and pictures to embed, as OpenAI's API has it.</summary>
public sealed record EmbeddingRequest
{
    /// <summary>A model's name; left out or empty for the one in use.</summary>
    public string? Model { get; init; }

    /// <summary>
    /// One text, or a list of up to 256 texts and pictures. A picture is a <c>data:image/…;base64,</c> URL, alone or as
    /// <c>{"image": "data:…"}</c> or <c>{"type":"image_url","image_url":{"url":"data:…"}}</c>; a text may also be
    /// <c>{"type":"text","text":"…"}</c>. Lists of tokens are refused, and no address is fetched.
    /// </summary>
    public required JsonElement Input { get; init; }

    /// <summary><c>float</c>, or <c>base64</c> of little-endian 32-bit floats.</summary>
    [JsonPropertyName("encoding_format")]
    public string EncodingFormat { get; init; } = "float";

    /// <summary>The model's own dimension, or left out: vectors are not shortened.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Taken, and not used.</summary>
    public string? User { get; init; }
}

/// <summary>Vectors in the order of the inputs.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Data">One for each input.</param>
/// <param name="Usage">What was read.</param>
public sealed record EmbeddingReply(string Model, IReadOnlyList<EmbeddedInput> Data, EmbeddingUsage Usage)
{
    /// <summary>Always <c>list</c>.</summary>
    public string Object => "list";
}

/// <summary>The vector of one input.</summary>
/// <param name="Index">Which input, from 0.</param>
/// <param name="Embedding">A unit vector.</param>
public sealed record EmbeddedInput(int Index, EmbeddingVector Embedding)
{
    /// <summary>Always <c>embedding</c>.</summary>
    public string Object => "embedding";
}

/// <summary>Tokens of the texts; pictures have none.</summary>
/// <param name="PromptTokens">Tokens that were read.</param>
/// <param name="TotalTokens">The same number.</param>
public sealed record EmbeddingUsage(
    [property: JsonPropertyName("prompt_tokens")] long PromptTokens,
    [property: JsonPropertyName("total_tokens")] long TotalTokens);

/// <summary>A vector, written as a list of numbers or as base64 of its bytes.</summary>
/// <param name="Values">The numbers.</param>
/// <param name="AsBase64">How it is written.</param>
[JsonConverter(typeof(EmbeddingVectorConverter))]
public sealed record EmbeddingVector(ReadOnlyMemory<float> Values, bool AsBase64);

/// <summary>Writes vectors; they are never read.</summary>
internal sealed class EmbeddingVectorConverter : JsonConverter<EmbeddingVector>
{
    public override EmbeddingVector Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("Vectors are only answered.");

    public override void Write(Utf8JsonWriter writer, EmbeddingVector value, JsonSerializerOptions options)
    {
        if (value.AsBase64)
        {
            // Every processor that .NET 10 runs on here is little-endian, as the format is.
            writer.WriteBase64StringValue(MemoryMarshal.AsBytes(value.Values.Span));
            return;
        }

        writer.WriteStartArray();
        foreach (var number in value.Values.Span) writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }
}
