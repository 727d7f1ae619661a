using System.Text.Json;
using VisualSearch.Samples;

namespace VisualSearch.Tests.Samples;

/// <summary>One small set, made once for the tests that only read it.</summary>
public sealed class SampleFolderFixture : IDisposable
{
    public SampleFolderFixture()
    {
        Folder = Path.Combine(Path.GetTempPath(), "vsearch-samples-" + Guid.NewGuid().ToString("n"));
        Set = SampleGenerator.Make(new SampleOptions { Count = Count, Seed = 77, Size = 64, Out = Folder });
        Metadata = ReadLines("pictures/metadata.jsonl");
        Queries = ReadLines("queries.jsonl");
        Qrels = [];
        foreach (string[] parts in File.ReadLines(Path.Combine(Folder, "qrels.txt")).Select(line => line.Split(' ')))
        {
            Assert.Equal(4, parts.Length);
            Assert.Equal("0", parts[1]);
            Qrels.Add((parts[0], parts[2]), int.Parse(parts[3]));
        }
    }

    public const int Count = 900;

    public string Folder { get; }

    public SampleSet Set { get; }

    public IReadOnlyList<JsonElement> Metadata { get; }

    public IReadOnlyList<JsonElement> Queries { get; }

    public Dictionary<(string Query, string Document), int> Qrels { get; }

    private JsonElement[] ReadLines(string file) =>
        [.. File.ReadLines(Path.Combine(Folder, file)).Select(line => JsonDocument.Parse(line).RootElement)];

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
