using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <summary>
/// Qdrant's REST API: a member a call, each ending in its result or a <see cref="QdrantException"/>. Synchronous, because stores are. Safe for
/// any number of threads; one serves a whole program.
/// </summary>
/// <remarks>
/// <code>
/// QdrantClient.Collections   .Points   .Vectors   .Queries   .Cluster     a member a call
///        └────────────────────────────────┬─────────────────────┘
/// QdrantJson: requests and replies     QdrantTransport: tries, pauses, nodes, faults
/// PointFilter  QueryInput              NodeRing: whose turn it is     QdrantErrors: replies to exceptions
/// </code>
/// <para>Calls that may be repeated are tried again after a passing fault, and at the next node: all that read, upserts, deletes of points (by
/// id and by filter: deleting what matches is done once it has been done), setting payload and vectors, payload indexes, named vectors, deleting
/// a collection, and moving an alias. Creating a collection or a snapshot and deleting a snapshot are not: a second time they would fail or make a
/// second one. Those are repeated only where no connection came about, so that nothing can have been sent.</para>
/// </remarks>
public sealed partial class QdrantClient : IDisposable
{
    private readonly QdrantTransport transport;

    /// <summary>A client; nothing is sent until it is asked something.</summary>
    /// <param name="options">Where the server is, and how patient we are.</param>
    /// <param name="logger">Told of retries and of nodes that fail; the key is never in it.</param>
    /// <param name="time">The clock of pauses.</param>
    public QdrantClient(QdrantOptions options, ILogger? logger = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.WriteConsistencyFactor > options.ReplicationFactor)
        {
            throw new ArgumentException($"WriteConsistencyFactor ({options.WriteConsistencyFactor}) must not be above ReplicationFactor " +
                $"({options.ReplicationFactor}): no write could ever be done.", nameof(options));
        }
        Options = options;
        transport = new QdrantTransport(options, logger ?? NullLogger.Instance, time ?? TimeProvider.System);
    }

    /// <summary>Where the server is, and how patient we are.</summary>
    public QdrantOptions Options { get; }

    /// <summary>Closes all connections.</summary>
    public void Dispose() => transport.Dispose();

    /// <summary>The servers, without the key.</summary>
    public override string ToString() => Options.Servers;

    private static string Collection(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return $"/collections/{Uri.EscapeDataString(name)}";
    }

    private string Read(string path) => $"{path}?timeout={ServerSeconds}";

    // Without wait=true the server replies before others can find the point.
    private string Write(string path) => $"{path}?wait=true&ordering={QdrantJson.Word(Options.Ordering)}&timeout={ServerSeconds}";

    private int ServerSeconds => Math.Max(1, (int)Math.Ceiling(Options.RequestTimeout.TotalSeconds));

    private T Send<T>(QdrantCall call, JsonTypeInfo<QdrantReply<T>> type, CancellationToken cancellation) => transport.Send(call, type, cancellation);

    private static byte[] Json<T>(T request, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(request, type);
}
