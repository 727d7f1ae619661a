
namespace VisualSearch.Search.Stores.Qdrant.Client;

public sealed partial class QdrantClient
{
    /// <summary>The names of all collections, in order.</summary>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public IReadOnlyList<string> ListCollections(CancellationToken cancellation = default)
    {
        CollectionNames names = Send(new QdrantCall(HttpMethod.Get, "/collections", "list the collections"), QdrantJson.Default.QdrantReplyCollectionNames, cancellation);
        return [.. names.Collections.Select(static c => c.Name).Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether there is a collection or alias of this name.</summary>
    /// <param name="collection">The name.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public bool CollectionExists(string collection, CancellationToken cancellation = default) =>
        Send(new QdrantCall(HttpMethod.Get, $"{Collection(collection)}/exists", $"look for the collection '{collection}'"), QdrantJson.Default.QdrantReplyExistence, cancellation).Exists;

    /// <summary>What Qdrant says of a collection.</summary>
    /// <param name="collection">Its name, or an alias.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed; <see cref="QdrantFault.NotFound"/> when there is none.</exception>
    public CollectionDetails GetCollection(string collection, CancellationToken cancellation = default) =>
        Send(new QdrantCall(HttpMethod.Get, Collection(collection), $"read the settings of '{collection}'"), QdrantJson.Default.QdrantReplyCollectionDetails, cancellation);

    /// <summary>Makes a collection. Not repeated when the reply is lost.</summary>
    /// <param name="collection">Its name.</param>
    /// <param name="settings">What it is to be.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed; <see cref="QdrantFault.Conflict"/> when there is one already.</exception>
    public void CreateCollection(string collection, CollectionSettings settings, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Send(new QdrantCall(HttpMethod.Put, Read(Collection(collection)), $"create the collection '{collection}'")
        {
            Body = Json(settings, QdrantJson.Default.CollectionSettings),
            IsSafe = false,
        }, QdrantJson.Default.QdrantReplyBoolean, cancellation);
    }

    /// <summary>Deletes a collection with everything in it; one that is not there is passed over.</summary>
    /// <param name="collection">Its name.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public void DeleteCollection(string collection, CancellationToken cancellation = default) =>
        Send(new QdrantCall(HttpMethod.Delete, Read(Collection(collection)), $"delete the collection '{collection}'"), QdrantJson.Default.QdrantReplyBoolean, cancellation);

    /// <summary>Makes a payload index, which makes filters and facets on the key fast; one that is there already stays.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="key">The payload key.</param>
    /// <param name="type">The index's type.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public void CreatePayloadIndex(string collection, string key, PayloadIndexType type, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        Send(new QdrantCall(HttpMethod.Put, Write($"{Collection(collection)}/index"), $"index the payload key '{key}' of '{collection}'")
        {
            Body = Json(new PayloadIndexRequest(key, type), QdrantJson.Default.PayloadIndexRequest),
        }, QdrantJson.Default.QdrantReplyUpdateOutcome, cancellation);
    }

    /// <summary>Removes a payload index.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="key">The payload key.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public void DeletePayloadIndex(string collection, string key, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        Send(new QdrantCall(HttpMethod.Delete, Write($"{Collection(collection)}/index/{Uri.EscapeDataString(key)}"), $"remove the index of the payload key '{key}' of '{collection}'"),
            QdrantJson.Default.QdrantReplyUpdateOutcome, cancellation);
    }

    /// <summary>All aliases, in order.</summary>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public IReadOnlyList<CollectionAlias> ListAliases(CancellationToken cancellation = default)
    {
        AliasList list = Send(new QdrantCall(HttpMethod.Get, "/aliases", "list the aliases"), QdrantJson.Default.QdrantReplyAliasList, cancellation);
        return [.. list.Aliases.OrderBy(static a => a.AliasName, StringComparer.Ordinal)];
    }

    /// <summary>Lets an alias mean a collection from one moment to the next, whatever it meant before: old meaning and new one in one request.</summary>
    /// <param name="alias">The alias.</param>
    /// <param name="collection">The collection it is to mean.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed; <see cref="QdrantFault.NotFound"/> when there is no such collection.</exception>
    public void SwitchAlias(string alias, string collection, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(alias);
        ArgumentException.ThrowIfNullOrEmpty(collection);
        ChangeAliases($"let the alias '{alias}' mean '{collection}'", cancellation,
            new AliasAction { DeleteAlias = new AliasName(alias) },
            new AliasAction { CreateAlias = new CollectionAlias { AliasName = alias, CollectionName = collection } });
    }

    /// <summary>Removes an alias; one that is not there is passed over.</summary>
    /// <param name="alias">The alias.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public void DeleteAlias(string alias, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(alias);
        ChangeAliases($"remove the alias '{alias}'", cancellation, new AliasAction { DeleteAlias = new AliasName(alias) });
    }

    private void ChangeAliases(string what, CancellationToken cancellation, params AliasAction[] actions) =>
        Send(new QdrantCall(HttpMethod.Post, Read("/collections/aliases"), what) { Body = Json(new AliasChange(actions), QdrantJson.Default.AliasChange) },
            QdrantJson.Default.QdrantReplyBoolean, cancellation);
}
