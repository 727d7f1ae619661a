using Microsoft.AspNetCore.Http.HttpResults;
using VisualSearch.Api.Collections;
using VisualSearch.Api.Contract;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Security;
using VisualSearch.Api.Serving;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Api.Endpoints;

/// <summary>Vectors of texts and pictures, for clients of OpenAI's API.</summary>
internal static class EmbeddingEndpoints
{
    // Pixels of one batch at a time, as the networks run them: 256 pictures of 224 pixels would take 40 MB.
    private const int Batch = 32;

    public static void MapEmbeddings(this IEndpointRouteBuilder routes) => routes.MapPost("/v1/embeddings", EmbedAsync)
        .Needs(ApiScope.Search)
        .WithTags("Embeddings")
        .WithSummary("Vectors of texts and pictures, in one space, as OpenAI's API has it.")
        .WithDescription(
            "Takes what OpenAI's embeddings API takes, and pictures besides: as data: URLs, up to 256 inputs together. Errors are problem details with a further "
            + "member `error` (message, type, param, code), which OpenAI's clients read.")
        .Accepts<EmbeddingRequest>("application/json")
        .ProducesProblems(StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity, StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable);

    private static async Task<Ok<EmbeddingReply>> EmbedAsync(HttpRequest http, EmbeddingModels models, PictureReader reader, Admission admission, CancellationToken cancellation)
    {
        admission.RefuseIfFull();
        var request = await RequestReader.ReadJsonAsync<EmbeddingRequest>(http, cancellation).ConfigureAwait(false);
        var asBase64 = request.EncodingFormat switch
        {
            "float" => false,
            "base64" => true,
            var other => throw RequestException.Invalid("encoding_format", $"encoding_format is '{other}'; give float or base64."),
        };
        var inputs = EmbeddingInputs.Read(request.Input);
        using var place = await admission.EnterSearchAsync(cancellation).ConfigureAwait(false);
        using var rented = models.Rent(request.Model);
        var encoder = rented.Encoder;
        if (request.Dimensions is { } wanted && wanted != encoder.Dimension)
        {
            throw RequestException.Invalid("dimensions", $"dimensions is {wanted}, but the model '{encoder.Manifest.Name}' gives {encoder.Dimension}; leave it out.");
        }

        var vectors = new ReadOnlyMemory<float>[inputs.Count];
        var tokens = EmbedTexts(encoder, inputs, vectors);
        EmbedPictures(encoder, reader, inputs, vectors, cancellation);
        return TypedResults.Ok(new EmbeddingReply(
            encoder.Manifest.Name, [.. vectors.Select((vector, i) => new EmbeddedInput(i, new EmbeddingVector(vector, asBase64)))], new EmbeddingUsage(tokens, tokens)));
    }

    private static long EmbedTexts(DualEncoder encoder, IReadOnlyList<EmbeddingInput> inputs, ReadOnlyMemory<float>[] vectors)
    {
        int[] places = [.. Enumerable.Range(0, inputs.Count).Where(i => inputs[i].Text is not null)];
        string[] texts = [.. places.Select(i => inputs[i].Text!)];
        var found = new float[texts.Length * encoder.Dimension];
        encoder.EncodeTexts(texts, found);
        Place(places, found, encoder.Dimension, vectors);
        return texts.Sum(text => (long)encoder.CountTokens(text));
    }

    private static void EmbedPictures(DualEncoder encoder, PictureReader reader, IReadOnlyList<EmbeddingInput> inputs, ReadOnlyMemory<float>[] vectors, CancellationToken cancellation)
    {
        var fit = encoder.Manifest.Fit;
        foreach (var batch in Enumerable.Range(0, inputs.Count).Where(i => inputs[i].Picture is not null).Chunk(Batch))
        {
            cancellation.ThrowIfCancellationRequested();
            RgbPicture[] pictures = [.. batch.Select(i => reader.Read(PictureSource.FromMemory(inputs[i].Picture, $"input[{i}]"), fit))];
            var found = new float[pictures.Length * encoder.Dimension];
            encoder.EncodePictures(pictures, found);
            Place(batch, found, encoder.Dimension, vectors);
        }
    }

    private static void Place(int[] places, float[] found, int dimension, ReadOnlyMemory<float>[] vectors)
    {
        for (var i = 0; i < places.Length; i++) vectors[places[i]] = found.AsMemory(i * dimension, dimension);
    }
}
