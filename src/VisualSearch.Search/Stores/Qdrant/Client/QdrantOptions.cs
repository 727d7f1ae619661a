using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;

namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <summary>In which order a cluster applies writes to the same points; the words are Qdrant's.</summary>
public enum WriteOrdering
{
    /// <summary>Any node may apply a write at once: fastest, and enough for one writer.</summary>
    Weak,

    /// <summary>Through a leader that is chosen anew when it fails.</summary>
    Medium,

    /// <summary>Through one fixed leader; writes stop while it is away.</summary>
    Strong,
}

/// <summary>Where a Qdrant server or cluster is, how patient we are with it, and how collections are laid out on it.</summary>
public sealed record QdrantOptions
{
    /// <summary>
    /// Addresses of the nodes, each like <c>http://localhost:6333</c> or <c>https://qdrant.example.com</c>; at least one. Calls are spread over
    /// them, and a call that may be repeated goes on to the next one when one fails.
    /// </summary>
    public required IReadOnlyList<Uri> Nodes
    {
        get;
        init => field = WrongNodes(value) is { } wrong ? throw new ArgumentException(wrong, nameof(Nodes)) : [.. value];
    }

    /// <summary>The key, sent as header <c>api-key</c>; null for a server that wants none. It is in no message, log or text of this object.</summary>
    [JsonIgnore]
    public string? ApiKey
    {
        get;
        init => field = WrongKey(value) is { } wrong ? throw new ArgumentException(wrong, nameof(ApiKey)) : string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    /// <summary>How long connecting to a node may take, above 0; a node that is gone is found out soon.</summary>
    public TimeSpan ConnectTimeout { get; init => field = Positive(value, nameof(ConnectTimeout)); } = TimeSpan.FromSeconds(5);

    /// <summary>How long one try of a call may take, above 0.</summary>
    public TimeSpan RequestTimeout { get; init => field = Positive(value, nameof(RequestTimeout)); } = TimeSpan.FromSeconds(60);

    /// <summary>When a connection is replaced, above 0: names of a moved or scaled cluster are looked up again by then.</summary>
    public TimeSpan ConnectionLifetime { get; init => field = Positive(value, nameof(ConnectionLifetime)); } = TimeSpan.FromMinutes(5);

    /// <summary>Connections to one node at most, 1 to 1024: each carries one call at a time.</summary>
    public int ConnectionsPerNode { get; init => field = Within(value, 1, 1024, nameof(ConnectionsPerNode)); } = 64;

    /// <summary>How often a call that may be repeated is tried again after a passing fault, 0 to 10; going on to another node does not count.</summary>
    public int Retries { get; init => field = Within(value, 0, 10, nameof(Retries)); } = 4;

    /// <summary>Pause before the first retry, unless the server names one; each further one is about twice as long, with jitter.</summary>
    public TimeSpan FirstPause { get; init => field = Positive(value, nameof(FirstPause)); } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause before a retry. A server that asks for a longer one is not asked again.</summary>
    public TimeSpan MaxPause { get; init => field = Positive(value, nameof(MaxPause)); } = TimeSpan.FromSeconds(10);

    /// <summary>How long a node that failed is passed over while others answer, above 0.</summary>
    public TimeSpan NodeRest { get; init => field = Positive(value, nameof(NodeRest)); } = TimeSpan.FromSeconds(5);

    /// <summary>Points of one upsert request, 1 to 10,000.</summary>
    public int UpsertBatch { get; init => field = Within(value, 1, 10_000, nameof(UpsertBatch)); } = 256;

    /// <summary>MiB of one upsert request at most, 1 to 1024, unless a single point is larger; Qdrant refuses above 32 by default.</summary>
    public int UpsertBatchMiB { get; init => field = Within(value, 1, 1024, nameof(UpsertBatchMiB)); } = 16;

    /// <summary>Shards of a new collection, 1 to 10,000; null for one a node.</summary>
    public int? ShardNumber { get; init => field = WithinOrNull(value, 10_000, nameof(ShardNumber)); }

    /// <summary>Copies of each shard of a new collection, 1 to 100; with 2 a node can be lost without loss of data or answers.</summary>
    public int ReplicationFactor { get; init => field = Within(value, 1, 100, nameof(ReplicationFactor)); } = 1;

    /// <summary>Copies that must have a write before it counts as done, 1 to 100; not above <see cref="ReplicationFactor"/>.</summary>
    public int WriteConsistencyFactor { get; init => field = Within(value, 1, 100, nameof(WriteConsistencyFactor)); } = 1;

    /// <summary>In which order writes are applied.</summary>
    public WriteOrdering Ordering { get; init; } = WriteOrdering.Weak;

    /// <summary>Whether float32 vectors of a new collection stay on disk; searches then read the quantised ones in memory and few of these.</summary>
    public bool OnDiskVectors { get; init; } = true;

    /// <summary>Whether a new collection keeps 8-bit copies of its dense vectors in memory to search in.</summary>
    public bool QuantizeVectors { get; init; } = true;

    /// <summary>How many times as many candidates as results are rescored with float32, 1 to 16.</summary>
    public double Oversampling
    {
        get;
        init => field = value is >= 1 and <= 16 ? value : throw new ArgumentOutOfRangeException(nameof(Oversampling), value, "Oversampling must be 1 to 16.");
    } = 2;

    /// <summary>
    /// How long a writer that was killed, or cut off, keeps others from changing its collection, 2 s to 10 min. One that lives renews its right
    /// after a third of that; short ones ask for clocks that agree.
    /// </summary>
    public TimeSpan WriterLease
    {
        get;
        init => field = IsLease(value.TotalSeconds) ? value : throw new ArgumentOutOfRangeException(nameof(WriterLease), value, "WriterLease must be 2 s to 10 min.");
    } = TimeSpan.FromSeconds(30);

    /// <summary>The nodes without the key: what messages call the server.</summary>
    [JsonIgnore]
    public string Servers => string.Join(", ", Nodes.Select(static node => node.GetLeftPart(UriPartial.Authority)));

    /// <summary>
    /// Reads VSEARCH_QDRANT_URL (one address, or several with commas between them), VSEARCH_QDRANT_API_KEY, VSEARCH_QDRANT_REPLICAS (copies of each
    /// shard of a new collection), and VSEARCH_QDRANT_LEASE_SECONDS (<see cref="WriterLease"/>).
    /// </summary>
    /// <returns>The settings, or null when no address is set: then collections lie in a folder of this machine.</returns>
    /// <exception cref="QdrantException">A variable can't be used.</exception>
    public static QdrantOptions? FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <summary>Settings for the addresses that a user wrote, with commas between them.</summary>
    /// <param name="addresses">One address, or several with commas between them.</param>
    /// <param name="apiKey">The key, or null.</param>
    /// <exception cref="QdrantException">An address or the key can't be used.</exception>
    public static QdrantOptions For(string addresses, string? apiKey = null)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        var nodes = new List<Uri>();
        foreach (string part in addresses.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // The value is quoted in no message: people paste addresses with a key in them.
            if (!Uri.TryCreate(part, UriKind.Absolute, out Uri? node))
                throw Wrong($"Address {nodes.Count + 1} of Qdrant is no address; give one such as http://localhost:6333.");
            nodes.Add(node);
        }
        if (WrongNodes(nodes) is { } wrong)
            throw Wrong(wrong);
        return WrongKey(apiKey) is { } wrongKey ? throw Wrong(wrongKey) : new QdrantOptions { Nodes = nodes, ApiKey = apiKey };
    }

    /// <summary>The same as <see cref="FromEnvironment"/>, from variables given by a function.</summary>
    /// <param name="variable">A variable's value; null where it is not set.</param>
    /// <exception cref="QdrantException">A variable can't be used.</exception>
    public static QdrantOptions? From(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        if (variable("VSEARCH_QDRANT_URL") is not { } url || string.IsNullOrWhiteSpace(url))
            return null;
        QdrantOptions options = For(url, variable("VSEARCH_QDRANT_API_KEY"));
        if (variable("VSEARCH_QDRANT_REPLICAS") is { Length: > 0 } replicas)
        {
            // A majority of three copies must have a write; of two, one, or no write were possible while a node is away.
            options = Whole(replicas) is int copies and >= 1 and <= 100
                ? options with { ReplicationFactor = copies, WriteConsistencyFactor = (copies + 1) / 2 }
                : throw Wrong($"VSEARCH_QDRANT_REPLICAS is \"{replicas}\"; set it to the number of copies of each shard of a new collection, 1 to 100.");
        }

        if (variable("VSEARCH_QDRANT_LEASE_SECONDS") is { Length: > 0 } lease)
        {
            options = Whole(lease) is int seconds && IsLease(seconds)
                ? options with { WriterLease = TimeSpan.FromSeconds(seconds) }
                : throw Wrong($"VSEARCH_QDRANT_LEASE_SECONDS is \"{lease}\"; set it to the seconds that a killed writer keeps others from writing, 2 to 600.");
        }

        return options;
    }

    // A record prints all its members, and the key must not be among them.
    private bool PrintMembers(StringBuilder text)
    {
        text.Append(CultureInfo.InvariantCulture, $"{Servers}{(ApiKey is null ? "" : ", with a key")}");
        return true;
    }

    private static int? Whole(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static bool IsLease(double seconds) => seconds is >= 2 and <= 600;

    private static QdrantException Wrong(string message) => new(QdrantFault.Settings, message);

    private static string? WrongNodes(IReadOnlyList<Uri> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        if (nodes.Count == 0)
            return "No address of Qdrant is given; give one such as http://localhost:6333.";
        foreach (Uri node in nodes)
        {
            if (!node.IsAbsoluteUri || node.Scheme is not ("http" or "https"))
                return "An address of Qdrant must begin with http:// or https://.";
            if (node.UserInfo.Length > 0 || node.Query.Length > 0 || node.Fragment.Length > 0)
                return "An address of Qdrant must have no user name, password, ? or #; the key goes into VSEARCH_QDRANT_API_KEY.";
        }
        return null;
    }

    // A line break or a letter beyond ASCII would end in an exception of the HTTP client that quotes the key.
    private static string? WrongKey(string? key) => key is not null && key.Trim().Any(static c => c is <= ' ' or > '~')
        ? "The key of Qdrant has a space, line break or other character that no key has; copy it again."
        : null;

    private static TimeSpan Positive(TimeSpan value, string name) => value > TimeSpan.Zero && value <= TimeSpan.FromHours(24)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be above 0 and at most a day.");

    private static int Within(int value, int least, int most, string name) => value >= least && value <= most
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {least} to {most}.");

    private static int? WithinOrNull(int? value, int most, string name) => value is { } number ? Within(number, 1, most, name) : null;
}
