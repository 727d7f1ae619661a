using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>What is known about a collection on Qdrant: the payload of its point in <see cref="QdrantLayout.Registry"/>.</summary>
internal sealed record CollectionEntry
{
    /// <summary>The collection's name.</summary>
    public required string Name { get; init; }

    /// <summary>Tells a collection from one of the same name that was made after it was dropped.</summary>
    public required string Identity { get; init; }

    /// <summary>The fingerprint of the model of its vectors.</summary>
    public required string Model { get; init; }

    /// <summary>That model's name and version for people.</summary>
    public required string ModelName { get; init; }

    /// <summary>Where the model was when the collection was made; empty for one that is found anyway.</summary>
    public string ModelFolder { get; init; } = "";

    /// <summary>Numbers in a vector.</summary>
    public required int Dimension { get; init; }

    /// <summary>Which build of the vectors runs, from 1 up.</summary>
    public int Generation { get; init; } = 1;

    /// <summary>When it was made.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Ids from here on were never used: those of removed assets do not come back.</summary>
    public long NextAsset { get; init; } = 1;

    /// <summary>As <see cref="NextAsset"/>, of items.</summary>
    public long NextItem { get; init; } = 1;

    /// <summary>As <see cref="NextAsset"/>, of keyframes.</summary>
    public long NextKeyframe { get; init; } = 1;

    /// <summary>How many batches were written: what is found can differ only when this does.</summary>
    public long Revision { get; init; }

    /// <summary>The assets of a batch that is being written. If its writer ended meanwhile, the next one clears up after it.</summary>
    public IReadOnlyList<long> Pending { get; init; } = [];

    /// <summary>Who writes; empty for nobody.</summary>
    public string Writer { get; init; } = "";

    /// <summary>Until when, in seconds since 1970 in UTC, unless the writer says so again.</summary>
    public long WriterUntil { get; init; }

    // What an entry of an older version has not is read as null here: generated code sets members that can only be initialized, given or not.

    /// <summary>The generations whose pictures can be found by their parts, and how often those parts changed.</summary>
    public IReadOnlyDictionary<int, long> Regions { get; init => field = value ?? new Dictionary<int, long>(); } = new Dictionary<int, long>();

    /// <summary>Who embeds parts of pictures; empty for nobody.</summary>
    public string RegionsWriter { get; init => field = value ?? ""; } = "";

    /// <summary>As <see cref="WriterUntil"/>, of <see cref="RegionsWriter"/>.</summary>
    public long RegionsUntil { get; init; }

    /// <summary>How often the parts of the running generation's pictures changed; null where pictures can't be found by them.</summary>
    [JsonIgnore]
    public long? RegionsRevision => Regions.TryGetValue(Generation, out long revision) ? revision : null;

    /// <summary>All generations in order of number, the running one among them. Empty until there is a second one: what runs is then all there is.</summary>
    public IReadOnlyList<GenerationEntry> Generations { get; init => field = value ?? []; } = [];

    /// <summary>The number of the generation that was made last; those of dropped ones do not come back. 0 until there is a second one.</summary>
    public int LastGeneration { get; init; }

    /// <summary>Generations that were dropped, whose points may still be there: whoever works on generations next deletes them.</summary>
    public IReadOnlyList<int> Dropped { get; init => field = value ?? []; } = [];

    /// <summary>The generation whose collections <see cref="RunningAliases"/> were set to last; 0 for none.</summary>
    public int Aliased { get; init; }

    /// <summary>Who works on the generations; empty for nobody.</summary>
    public string Builder { get; init => field = value ?? ""; } = "";

    /// <summary>Until when, as <see cref="WriterUntil"/>.</summary>
    public long BuilderUntil { get; init; }

    /// <summary>All generations, also where there was never more than one.</summary>
    [JsonIgnore]
    public IReadOnlyList<GenerationEntry> AllGenerations => Generations.Count > 0 ? Generations :
    [
        new GenerationEntry
        {
            Number = Generation,
            State = GenerationState.Running,
            Model = Model,
            ModelName = ModelName,
            ModelFolder = ModelFolder,
            Dimension = Dimension,
            Created = Created,
            Changed = Created,
        },
    ];

    /// <summary>The model as stores compare it.</summary>
    [JsonIgnore]
    public ModelIdentity Identify => new(ModelName, Model, Dimension);

    /// <summary>Where its points lie.</summary>
    [JsonIgnore]
    public QdrantLayout Layout => new(Name, Generation);

    /// <summary>The collection as it would be if another generation ran: to look into that one.</summary>
    public CollectionEntry In(GenerationEntry generation) => this with
    {
        Generation = generation.Number,
        Model = generation.Model,
        ModelName = generation.ModelName,
        ModelFolder = generation.ModelFolder,
        Dimension = generation.Dimension,
    };

    /// <summary>The id of a collection's point: 63 bits of a hash of its name, so that it is found without a search.</summary>
    public static ulong IdOf(string name) => BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name))) >> 1;
}

/// <summary>Reads and writes entries.</summary>
internal sealed partial class CollectionEntries(QdrantClient client)
{
    /// <summary>All collections, in order of name; none where nothing was ever made.</summary>
    public IReadOnlyList<CollectionEntry> List() => client.CollectionExists(QdrantLayout.Registry)
        ? [.. client.ScrollAll(QdrantLayout.Registry, new PointScroll()).Select(Read).OrderBy(static entry => entry.Name, StringComparer.Ordinal)]
        : [];

    /// <summary>The collection of this name, or null.</summary>
    public CollectionEntry? Find(string name)
    {
        try
        {
            return client.GetPoints(QdrantLayout.Registry, [CollectionEntry.IdOf(name)]).Select(Read).FirstOrDefault();
        }
        catch (QdrantException missing) when (missing.Fault == QdrantFault.NotFound)
        {
            return null;
        }
    }

    /// <summary>Writes a new entry.</summary>
    public void Add(CollectionEntry entry)
    {
        if (!client.CollectionExists(QdrantLayout.Registry))
        {
            try
            {
                client.CreateCollection(QdrantLayout.Registry, new CollectionSettings
                {
                    Vectors = new Dictionary<string, DenseVectorSettings>(),
                    ShardNumber = 1,
                    ReplicationFactor = client.Options.ReplicationFactor,
                    WriteConsistencyFactor = client.Options.WriteConsistencyFactor,
                });
            }
            catch (QdrantException made) when (made.Fault == QdrantFault.Conflict)
            {
                // By another process, in between.
            }
        }

        client.Upsert(QdrantLayout.Registry, [new PointWrite(CollectionEntry.IdOf(entry.Name), [], JsonSerializer.SerializeToUtf8Bytes(entry, EntryJson.Default.CollectionEntry))]);
    }

    /// <summary>Changes members of an entry, where a condition holds.</summary>
    /// <param name="name">The collection.</param>
    /// <param name="change">The members with their new values.</param>
    /// <param name="conditions">What must hold; the change is made or not, as a whole. None asks nothing.</param>
    /// <returns>The entry after that, changed or not; null when there is none.</returns>
    public CollectionEntry? Change(string name, JsonElement change, params PointCondition[] conditions)
    {
        client.SetPayload(QdrantLayout.Registry, change, new PointFilter { Must = [new PointCondition.HasId([CollectionEntry.IdOf(name)]), .. conditions] });
        return Find(name);
    }

    /// <summary>Generations as a member of an entry.</summary>
    public static JsonNode Json(IEnumerable<GenerationEntry> generations) =>
        JsonSerializer.SerializeToNode([.. generations.OrderBy(static one => one.Number)], EntryJson.Default.IReadOnlyListGenerationEntry)!;

    /// <summary>Removes an entry.</summary>
    public void Remove(string name) => client.DeletePoints(QdrantLayout.Registry, [CollectionEntry.IdOf(name)]);

    private static CollectionEntry Read(StoredPoint point)
    {
        try
        {
            return point.Payload!.Value.Deserialize(EntryJson.Default.CollectionEntry)!;
        }
        catch (JsonException foreign)
        {
            throw new QdrantException(QdrantFault.BadReply,
                $"A point of '{QdrantLayout.Registry}' is not one that this program wrote ({foreign.Message.TrimEnd('.')}). Let no other program write to its collections.", foreign);
        }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
    [JsonSerializable(typeof(CollectionEntry))]
    private sealed partial class EntryJson : JsonSerializerContext;
}
