using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Search.Stores.Qdrant;

/// <summary>
/// Other names for the collections of the generation that runs, so that other programs and dashboards need not know its number. All three
/// change in one request.
/// <code>
/// vsearch.NAME.running.items       means  vsearch.NAME.N.items
/// vsearch.NAME.running.keyframes          vsearch.NAME.N.keyframes
/// vsearch.NAME.running.assets             vsearch.NAME.N.assets
/// </code>
/// The entry says what runs, and the names follow it: nothing here reads by them. Between the switch and this there is a moment, and a process
/// that ends in it leaves the names to the next writer (<see cref="CollectionEntry.Aliased"/>). The word before the part is never a number, as it
/// is in every collection: the names of a collection "c.1" would be those of generation 1 of "c" without it.
/// </summary>
internal static class RunningAliases
{
    private static readonly string[] Parts = [QdrantLayout.ItemsPart, QdrantLayout.KeyframesPart, QdrantLayout.AssetsPart];

    /// <summary>Lets the names mean a generation.</summary>
    public static void Follow(QdrantClient client, QdrantLayout running) => client.SwitchAliases(
    [
        .. Names(running.Name).Zip([running.Items, running.Keyframes, running.Assets], static (alias, collection) => new CollectionAlias { AliasName = alias, CollectionName = collection }),
    ]);

    /// <summary>Takes the names away.</summary>
    public static void Remove(QdrantClient client, string name) => client.DeleteAliases([.. Names(name)]);

    /// <summary>The names: of the items', the keyframes' and the assets' collection.</summary>
    public static IEnumerable<string> Names(string name) => Parts.Select(part => $"{QdrantLayout.Registry}.{name}.running.{part}");
}
