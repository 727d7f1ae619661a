namespace VisualSearch.Tests;

/// <summary>
/// Development data that is no part of the repository: the folder `shared` beside it, or wherever VSEARCH_SHARED points.
/// Tests that need it carry <see cref="SharedDataFactAttribute"/> and skip themselves where it is absent.
/// </summary>
public static class SharedData
{
    /// <summary>The top folder of the repository that these tests were built from.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The folder, or null where there is none.</summary>
    public static string? Root { get; } = Find();

    /// <summary>A file or folder in it, or null where it does not exist.</summary>
    public static string? Path(params string[] parts)
    {
        string? path = Root is null ? null : System.IO.Path.Combine([Root, .. parts]);
        return path is not null && System.IO.Path.Exists(path) ? path : null;
    }

    private static string? Find()
    {
        string? named = Environment.GetEnvironmentVariable("VSEARCH_SHARED");
        string folder = string.IsNullOrEmpty(named) ? System.IO.Path.Combine(Repository, "..", "shared") : named;
        return Directory.Exists(folder) ? System.IO.Path.GetFullPath(folder) : null;
    }

    private static string FindRepository()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(System.IO.Path.Combine(folder, "VisualSearch.sln")))
            {
                return folder;
            }
        }

        throw new DirectoryNotFoundException($"No VisualSearch.sln in or above '{AppContext.BaseDirectory}'.");
    }
}

/// <summary>A test that needs development data: skipped, with the reason, where a path below the shared folder is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataFactAttribute : FactAttribute
{
    /// <summary>Marks a test that needs <paramref name="parts"/>, a path below the shared folder.</summary>
    public SharedDataFactAttribute(params string[] parts)
    {
        if (SharedData.Path(parts) is null)
        {
            Skip = $"Needs development data: '{string.Join('/', parts)}' in ../shared, or in the folder that VSEARCH_SHARED names.";
        }
    }
}
