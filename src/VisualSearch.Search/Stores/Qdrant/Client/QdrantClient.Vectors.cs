using System.Text.Json;

namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <content>Named vectors that come to a collection after it was made, and vectors that come to points.</content>
public sealed partial class QdrantClient
{
    /// <summary>Adds a named dense vector to a collection, and lays it out; one that is there already stays. Points have none of it until they are given one.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="name">The vector's name.</param>
    /// <param name="settings">Its dimension, distance and comparison of several, and where it lies.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed; Qdrant has it since version 1.18.</exception>
    public void CreateVector(string collection, string name, DenseVectorSettings settings, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(settings);
        Send(new QdrantCall(HttpMethod.Put, Write(Vector(collection, name)), $"add the vector '{name}' to '{collection}'")
        {
            Body = Json(new VectorCreation(new VectorSpace(settings.Size, settings.Distance, settings.MultivectorConfig)), QdrantJson.Default.VectorCreation),
        }, QdrantJson.Default.QdrantReplyUpdateOutcome, cancellation);
        if (settings.OnDisk is null && settings.QuantizationConfig is null && settings.HnswConfig is null)
            return;
        // Only what can't be changed later goes with the first call.
        var layout = new VectorLayout { OnDisk = settings.OnDisk, QuantizationConfig = settings.QuantizationConfig, HnswConfig = settings.HnswConfig };
        Send(new QdrantCall(HttpMethod.Patch, Read(Collection(collection)), $"lay out the vector '{name}' of '{collection}'")
        {
            Body = Json(new CollectionChange { Vectors = new Dictionary<string, VectorLayout> { [name] = layout } }, QdrantJson.Default.CollectionChange),
        }, QdrantJson.Default.QdrantReplyBoolean, cancellation);
    }

    /// <summary>Removes a named vector from a collection and from all its points.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="name">The vector's name.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public void DeleteVector(string collection, string name, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Send(new QdrantCall(HttpMethod.Delete, Write(Vector(collection, name)), $"remove the vector '{name}' from '{collection}'"), QdrantJson.Default.QdrantReplyUpdateOutcome, cancellation);
    }

    /// <summary>Sets vectors of points, batch by batch; the points' other vectors and their payload stay.</summary>
    /// <param name="collection">The collection, or an alias.</param>
    /// <param name="points">The points with the vectors to set; their payload must be empty.</param>
    /// <param name="only">Only points that fit are changed; null for all of them.</param>
    /// <param name="cancellation">Ends the call; batches already sent stay.</param>
    /// <exception cref="QdrantException">The call failed; <see cref="QdrantFault.NotFound"/> where one of the points is not there, and others may have been changed.</exception>
    public void UpdateVectors(string collection, IEnumerable<PointWrite> points, PointFilter? only = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        string path = Write($"{Collection(collection)}/points/vectors");
        using var batches = new UpsertBatches(points, Options.UpsertBatch, (long)Options.UpsertBatchMiB << 20, Ending(only));
        while (batches.Next() is { } batch)
            Send(new QdrantCall(HttpMethod.Put, path, $"set vectors of {batch.Count} points of '{collection}'") { Body = batch.Json }, QdrantJson.Default.QdrantReplyUpdateOutcome, cancellation);
    }

    private static byte[] Ending(PointFilter? only) => only is null ? [] : [.. ",\"update_filter\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(only, QdrantJson.Default.PointFilter)];

    private static string Vector(string collection, string name) => $"{Collection(collection)}/vectors/{Uri.EscapeDataString(name)}";
}
