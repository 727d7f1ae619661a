
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
    public void SwitchAlias(string alias, string collection, CancellationToken cancellation = default) =>
        SwitchAliases([new CollectionAlias { AliasName = alias, CollectionName = collection }], cancellation);

    /// <summary>Lets several aliases mean other collections at one moment, whatever they meant before: all of it in one request.</summary>
    /// <param name="aliases">The aliases, each once, with the collections they are to mean; at least one.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed, and none has changed; <see cref="QdrantFault.NotFound"/> when there is no such collection.</exception>
    public void SwitchAliases(IReadOnlyList<CollectionAlias> aliases, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(aliases);
        foreach (CollectionAlias alias in aliases)
        {
            ArgumentException.ThrowIfNullOrEmpty(alias.AliasName, nameof(aliases));
            ArgumentException.ThrowIfNullOrEmpty(alias.CollectionName, nameof(aliases));
        }
        string what = string.Join(", ", aliases.Select(static alias => $"the alias '{alias.AliasName}' mean '{alias.CollectionName}'"));
        ChangeAliases($"let {what}", cancellation, [.. aliases.Select(static alias => new AliasAction { DeleteAlias = new AliasName(alias.AliasName) }), .. aliases.Select(static alias => new AliasAction { CreateAlias = alias })]);
    }

    /// <summary>Removes an alias; one that is not there is passed over.</summary>
    /// <param name="alias">The alias.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public void DeleteAlias(string alias, CancellationToken cancellation = default) => DeleteAliases([alias], cancellation);

    /// <summary>Removes several aliases in one request; those that are not there are passed over.</summary>
    /// <param name="aliases">The aliases, at least one.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <exception cref="QdrantException">The call failed.</exception>
    public void DeleteAliases(IReadOnlyList<string> aliases, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(aliases);
        foreach (string alias in aliases)
            ArgumentException.ThrowIfNullOrEmpty(alias, nameof(aliases));
        ChangeAliases($"remove the alias{(aliases.Count == 1 ? "" : "es")} '{string.Join("', '", aliases)}'", cancellation,
            [.. aliases.Select(static alias => new AliasAction { DeleteAlias = new AliasName(alias) })]);
    }

    private void ChangeAliases(string what, CancellationToken cancellation, params AliasAction[] actions) =>
        Send(new QdrantCall(HttpMethod.Post, Read("/collections/aliases"), what) { Body = Json(new AliasChange(actions), QdrantJson.Default.AliasChange) },
            QdrantJson.Default.QdrantReplyBoolean, cancellation);
}
