using System.Globalization;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>
/// How a collection lies on Qdrant: three of Qdrant's collections for each generation (four where parts of pictures are embedded), and one for all
/// that says what there is.
/// <code>
/// vsearch                     a point a collection: model, generation, next ids, who writes (<see cref="CollectionEntry"/>)
/// vsearch.NAME.N.items        a point an item: vectors visual, text (passages), words and beginnings (sparse), payload of <see cref="QdrantPayload"/>
/// vsearch.NAME.N.keyframes    a point a picture out of a shot, found within given shots: the moment to land on
/// vsearch.NAME.N.assets       a point a file, without a vector: the record that makes it count as indexed (<see cref="AssetPoint"/>)
/// vsearch.NAME.N.patches      a point a picture whose parts are embedded; its item has a vector parts then (<see cref="QdrantRegions"/>)
/// </code>
/// The generation that runs has other names besides, for other programs and dashboards: <see cref="RunningAliases"/>.
/// An asset's point is written after its items and keyframes. A scan looks at assets' points alone, so a file whose writing broke off is
/// written again.
/// </summary>
internal sealed record QdrantLayout(string Name, int Generation)
{
    /// <summary>The collection of collections.</summary>
    public const string Registry = "vsearch";

    /// <summary>The vector of a picture, or the mean of a shot's keyframes.</summary>
    public const string Visual = "visual";

    /// <summary>The vector of a passage.</summary>
    public const string Text = "text";

    /// <summary>The words of an item: a sparse vector.</summary>
    public const string Words = "words";

    /// <summary>What those words begin with: another one, for when no word fits.</summary>
    public const string Beginnings = "beginnings";

    /// <summary>The vectors of a picture's windows, several for one item; only where parts of pictures were embedded.</summary>
    public const string Parts = "parts";

    /// <summary>The vector of a keyframe.</summary>
    public const string Frame = "frame";

    /// <summary>What the names of Qdrant's collections end in.</summary>
    public const string ItemsPart = "items", KeyframesPart = "keyframes", AssetsPart = "assets", PatchesPart = "patches";

    public string Items => Part(ItemsPart);

    public string Keyframes => Part(KeyframesPart);

    public string Assets => Part(AssetsPart);

    public string Patches => Part(PatchesPart);

    /// <summary>The layouts of all generations of a collection that anything is there of, whatever its entry says, in order.</summary>
    public static IReadOnlyList<QdrantLayout> All(QdrantClient client, string name)
    {
        string prefix = $"{Registry}.{name}.";
        // Generation and part: a collection "c" has nothing to do with those of "c.1".
        return [.. client.ListCollections().Where(one => one.StartsWith(prefix, StringComparison.Ordinal)).Select(one => one[prefix.Length..].Split('.'))
            .Where(static rest => rest.Length == 2).Select(static rest => int.TryParse(rest[0], NumberStyles.None, CultureInfo.InvariantCulture, out int generation) ? generation : 0)
            .Where(static generation => generation > 0).Distinct().Order().Select(generation => new QdrantLayout(name, generation))];
    }

    /// <summary>Makes what is not there yet; what a broken-off attempt left stays and is used.</summary>
    public void Create(QdrantClient client, int dimension, int passageDimension)
    {
        QdrantOptions options = client.Options;
        Create(client, Items, new CollectionSettings
        {
            Vectors = new Dictionary<string, DenseVectorSettings> { [Visual] = Dense(dimension, options), [Text] = Dense(passageDimension, options) },
            SparseVectors = new Dictionary<string, SparseVectorSettings> { [Words] = SparseVectorSettings.Idf, [Beginnings] = SparseVectorSettings.Idf },
        }, QdrantPayload.Indexes);
        Create(client, Keyframes, new CollectionSettings { Vectors = new Dictionary<string, DenseVectorSettings> { [Frame] = Dense(dimension, options) } },
            [(KeyframePoint.ItemKey, PayloadIndexType.Integer), (KeyframePoint.AssetKey, PayloadIndexType.Integer)]);
        Create(client, Assets, new CollectionSettings { Vectors = new Dictionary<string, DenseVectorSettings>() },
            [(QdrantPayload.AssetPathKey, PayloadIndexType.Keyword), (AssetPoint.RootKey, PayloadIndexType.Keyword), (AssetPoint.IsVideoKey, PayloadIndexType.Bool), (AssetPoint.RevisionKey, PayloadIndexType.Integer)]);
    }

    /// <summary>Makes the collection of patches, where it is not there yet.</summary>
    public void CreatePatches(QdrantClient client) => Create(client, Patches, new CollectionSettings { Vectors = new Dictionary<string, DenseVectorSettings>() }, []);

    /// <summary>Deletes all of them.</summary>
    public void Drop(QdrantClient client)
    {
        foreach (string part in new[] { Assets, Keyframes, Items, Patches })
            client.DeleteCollection(part);
    }

    /// <summary>The name of one of its collections.</summary>
    public string Part(string part) => $"{Registry}.{Name}.{Generation}.{part}";

    private static void Create(QdrantClient client, string name, CollectionSettings settings, IReadOnlyList<(string Key, PayloadIndexType Type)> indexes)
    {
        if (!client.CollectionExists(name))
        {
            client.CreateCollection(name, settings with
            {
                ShardNumber = client.Options.ShardNumber,
                ReplicationFactor = client.Options.ReplicationFactor,
                WriteConsistencyFactor = client.Options.WriteConsistencyFactor,
                OnDiskPayload = true,
            });
        }

        foreach ((string key, PayloadIndexType type) in indexes)
            client.CreatePayloadIndex(name, key, type);
    }

    private static DenseVectorSettings Dense(int dimension, QdrantOptions options) => new()
    {
        Size = dimension,
        Distance = VectorDistance.Cosine,
        OnDisk = options.OnDiskVectors,
        QuantizationConfig = options.QuantizeVectors ? QuantizationSettings.Int8 : null,
    };
}
