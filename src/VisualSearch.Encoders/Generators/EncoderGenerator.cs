using Microsoft.Extensions.AI;
using VisualSearch.Encoders.Models;

namespace VisualSearch.Encoders.Generators;

/// <summary>An encoder as Microsoft.Extensions.AI knows embedding generators, so that any .NET program can use it in their place.</summary>
/// <typeparam name="TInput">What is embedded.</typeparam>
/// <remarks>
/// Vectors are unit float32, so their dot product is the cosine. May be called from many threads at once. The encoder stays its owner's:
/// disposing a generator frees nothing.
/// </remarks>
public abstract class EncoderGenerator<TInput> : IEmbeddingGenerator<TInput, Embedding<float>>
{
    private readonly ModelManifest _manifest;
    private readonly EmbeddingGeneratorMetadata _metadata;

    private protected EncoderGenerator(ModelManifest manifest)
    {
        _manifest = manifest;
        _metadata = new EmbeddingGeneratorMetadata("VisualSearch", null, manifest.Name, manifest.Dimension);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">Another model or number of dimensions is asked for than the encoder has.</exception>
    /// <exception cref="ModelException">The network failed.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<TInput> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.Dimensions is { } dimensions && dimensions != _manifest.Dimension)
        {
            throw new ArgumentException(
                $"{dimensions} dimensions are asked for, but the model '{_manifest.Name}' gives {_manifest.Dimension}; leave Dimensions unset.", nameof(options));
        }

        if (options?.ModelId is { } model && model != _manifest.Name)
        {
            throw new ArgumentException($"The model '{model}' is asked for, but this is '{_manifest.Name}'; leave ModelId unset.", nameof(options));
        }

        TInput[] inputs = [.. values];
        return Task.Run(() => Generate(inputs, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType == typeof(ModelManifest) ? _manifest
            : serviceType.IsInstanceOfType(this) ? this
            : null;
    }

    /// <inheritdoc/>
    public void Dispose() => GC.SuppressFinalize(this);

    /// <summary>Embeds all inputs, one unit vector after the other.</summary>
    private protected abstract void Encode(TInput[] inputs, Span<float> vectors, CancellationToken cancellation);

    private GeneratedEmbeddings<Embedding<float>> Generate(TInput[] inputs, CancellationToken cancellation)
    {
        int dimension = _manifest.Dimension;
        float[] vectors = new float[inputs.Length * dimension];
        Encode(inputs, vectors, cancellation);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        return new GeneratedEmbeddings<Embedding<float>>(Enumerable.Range(0, inputs.Length).Select(i =>
            new Embedding<float>(vectors.AsMemory(i * dimension, dimension)) { ModelId = _manifest.Name, CreatedAt = now }));
    }
}
