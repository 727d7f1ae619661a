namespace VisualSearch.Samples.Things;

/// <summary>Every kind of thing that can be in a picture.</summary>
internal static class ThingCatalog
{
    /// <summary>All kinds in a fixed order. A seed draws from it by lot, so adding a kind changes every set.</summary>
    internal static IReadOnlyList<Thing> All { get; } =
    [
        .. Animals.All, .. Vehicles.All, .. Buildings.All, .. Plants.All, .. Food.All, .. Furniture.All, .. Objects.All, .. Weather.All,
    ];

    /// <summary>What can be a picture's subject: all but the weather.</summary>
    internal static IReadOnlyList<Thing> Subjects { get; } = [.. All.Where(thing => thing.Group != Weather.Group)];

    internal static Thing Of(string name) => ByName[name];

    private static readonly Dictionary<string, Thing> ByName = All.ToDictionary(thing => thing.Name);
}
