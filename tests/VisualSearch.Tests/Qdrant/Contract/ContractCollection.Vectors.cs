using System.Text.Json;
using System.Text.Json.Nodes;

namespace VisualSearch.Tests.Qdrant.Contract;

/// <content>Named vectors that come and go, and vectors that points are given later.</content>
public sealed partial class ContractCollection
{
    /// <summary>Adds a named vector; one that is there already stays as it is.</summary>
    public void CreateVector(string name, JsonElement request)
    {
        if (!request.TryGetProperty("dense", out JsonElement dense))
            throw ContractException.NotImplemented("sparse vectors that come later");
        if (Sparse.ContainsKey(name) || Dense.ContainsKey(name))
            return;
        Add(name, dense);
        vectorSettings[name] = JsonSerializer.SerializeToNode(dense);
    }

    /// <summary>Removes a named vector from all points; one that is not there is passed over.</summary>
    public void DeleteVector(string name)
    {
        Dense.Remove(name);
        Sparse.Remove(name);
        vectorSettings.Remove(name);
        foreach (ContractPoint point in Points.Values)
            point.Remove(name);
    }

    /// <summary>Changes where vectors lie.</summary>
    public void Change(JsonElement request)
    {
        foreach (JsonProperty member in request.EnumerateObject())
            if (member.Name != "vectors")
                throw ContractException.NotImplemented($"changing {member.Name} of a collection");
        JsonProperty[] changes = [.. request.GetProperty("vectors").EnumerateObject()];
        foreach (JsonProperty vector in changes)
            if (!Dense.ContainsKey(vector.Name))
                throw ContractException.WrongInput($"Not existing vector name error: {vector.Name}");
        foreach (JsonProperty vector in changes)
            foreach (JsonProperty setting in vector.Value.EnumerateObject())
                vectorSettings[vector.Name]![setting.Name] = JsonSerializer.SerializeToNode(setting.Value);
    }

    /// <summary>Sets vectors of points, and leaves their other vectors and their payload. Those that the filter does not let through stay; those that are not there end it.</summary>
    public void UpdateVectors(JsonElement request)
    {
        HashSet<ulong>? fitting = request.TryGetProperty("update_filter", out JsonElement filter) && filter.ValueKind == JsonValueKind.Object
            ? [.. Fitting(filter, update: true).Select(static point => point.Id)] : null;
        // All are read before one is changed: a wrong vector refuses the whole request.
        ContractPoint[] changes = [.. request.GetProperty("points").EnumerateArray().Select(json =>
        {
            var change = new ContractPoint { Id = Id(json.GetProperty("id")) };
            ReadVectors(change, json.GetProperty("vector"));
            return change;
        })];
        foreach (ContractPoint change in changes)
            if (Points.TryGetValue(change.Id, out ContractPoint? point) && fitting?.Contains(change.Id) != false)
                point.Take(change);
        // Qdrant notices these last: by then the others are changed.
        if (changes.FirstOrDefault(change => !Points.ContainsKey(change.Id)) is { } missing)
            throw ContractException.NotFound($"No point with id {missing.Id} found");
    }
}
