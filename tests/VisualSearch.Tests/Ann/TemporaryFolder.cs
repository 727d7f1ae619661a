namespace VisualSearch.Tests.Ann;

/// <summary>A folder of a test's own, gone after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("vsearch-ann-").FullName;

    public string File(string name) => Path.Combine(_path, name);

    public string[] Names() => [.. Directory.GetFiles(_path).Select(path => Path.GetFileName(path)!)];

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
