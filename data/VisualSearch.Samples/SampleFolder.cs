using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisualSearch.Samples;

/// <summary>What <c>samples.json</c> says of a folder: which set it holds, and whether all of it is there.</summary>
internal sealed partial record SampleState(int Count, long Seed, int Size, int Version, int Queries, bool Complete)
{
    private const string FileName = "samples.json";

    internal static SampleState? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), StateJson.Default.SampleState);
        }
        catch (JsonException exception)
        {
            throw new IOException(
                $"{path} is not a sample set's description ({exception.Message}); delete the folder or choose another.", exception);
        }
    }

    /// <summary>Whether both are sets of the same pictures; the count may differ, since a larger set begins with the smaller one.</summary>
    internal bool Describes(SampleState other) => Seed == other.Seed && Size == other.Size && Version == other.Version;

    internal void Write(string folder)
    {
        string path = Path.Combine(folder, FileName), partial = path + ".partial";
        File.WriteAllText(partial, JsonSerializer.Serialize(this, StateJson.Default.SampleState) + "\n");
        File.Move(partial, path, overwrite: true);
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
    [JsonSerializable(typeof(SampleState))]
    private sealed partial class StateJson : JsonSerializerContext;
}

/// <summary>Readies a folder for a set: makes it, and clears what an earlier set left that does not belong to the wanted one.</summary>
internal static class SampleFolder
{
    internal static void Prepare(string folder, SampleState? found, SampleState wanted)
    {
        if (found is null && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new IOException($"{folder} holds files that are no sample set; choose an empty or new folder.");
        }

        string pictures = Path.Combine(folder, "pictures"), queries = Path.Combine(folder, "queries");
        Directory.CreateDirectory(pictures);
        Directory.CreateDirectory(queries);
        bool same = found is not null && found.Describes(wanted);
        foreach (string path in Directory.EnumerateFiles(pictures))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            bool numbered = name.Length == 6 && int.TryParse(name, out _);
            if (name.StartsWith(".partial-", StringComparison.Ordinal) || (numbered && !(same && int.Parse(name) < wanted.Count)))
            {
                File.Delete(path);
            }
        }

        // Which scenes are queried depends on the count, so these are always drawn anew unless the very same run goes on.
        bool resumes = same && found!.Count == wanted.Count;
        foreach (string path in Directory.EnumerateFiles(queries))
        {
            string name = Path.GetFileName(path);
            if (name.StartsWith(".partial-", StringComparison.Ordinal) || (!resumes && name.StartsWith('p')))
            {
                File.Delete(path);
            }
        }
    }
}
