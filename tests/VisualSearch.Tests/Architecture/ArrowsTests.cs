using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace VisualSearch.Tests.Architecture;

/// <summary>
/// The borders of the design, checked on the project files themselves. Arrows point one way:
/// <c>Ann, Encoders ← Search ← Indexer ← Api ← Cli ← tests</c>, <c>Encoders ← Samples ← Cli</c>, <c>Encoders ← Example</c>, and <c>Search ← AgentTools</c>.
/// </summary>
public sealed class ArrowsTests
{
    private const int MostLines = 450;

    // Project → the projects it may name.
    private static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["VisualSearch.Ann"] = [],
        ["VisualSearch.Encoders"] = [],
        ["VisualSearch.Samples"] = ["VisualSearch.Encoders"],
        ["VisualSearch.Example"] = ["VisualSearch.Encoders"],
        ["VisualSearch.AgentTools"] = ["VisualSearch.Search"],
        ["VisualSearch.Search"] = ["VisualSearch.Ann", "VisualSearch.Encoders"],
        ["VisualSearch.Indexer"] = ["VisualSearch.Search"],
        ["VisualSearch.Api"] = ["VisualSearch.Indexer"],
        ["VisualSearch.Cli"] = ["VisualSearch.Api", "VisualSearch.Samples"],
        ["VisualSearch.Tests"] = ["VisualSearch.Cli", "VisualSearch.Example", "VisualSearch.AgentTools"],
        ["VisualSearch.Browser"] = ["VisualSearch.Cli"],
        ["VisualSearch.Bench"] = ["VisualSearch.Cli"],
    };

    // Ann is usable alone, with the base class library only; Encoders needs ONNX Runtime and the tensor primitives that come with it,
    // the interfaces that other programs use it by, and what repeats a download that broke off.
    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["VisualSearch.Ann"] = [],
        ["VisualSearch.Encoders"] = ["Microsoft.ML.OnnxRuntime", "System.Numerics.Tensors", "Microsoft.Extensions.AI.Abstractions", "Polly.Core"],
    };

    private static readonly string[] Tests = ["VisualSearch.Bench", "VisualSearch.Browser", "VisualSearch.Tests"];

    private static readonly string[] ForbiddenNames = ["Helper", "Helpers", "Util", "Utils", "Utilities", "Common", "Manager", "Managers"];

    private static readonly Regex Import = new(@"^\s*(?:global )?using (?:static )?(VisualSearch\.\w+)", RegexOptions.Multiline);

    public static TheoryData<string> Projects => [.. Files("*.csproj").Select(Relative)];

    [Fact]
    public void The_list_of_arrows_covers_every_project()
        => Assert.Equal(Arrows.Keys.Order(), Files("*.csproj").Select(f => Path.GetFileNameWithoutExtension(f)!).Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_where_its_arrows_point(string project)
    {
        string name = Path.GetFileNameWithoutExtension(project);
        string allowed = string.Join(", ", Arrows[name]);
        foreach (string path in References(project, "ProjectReference"))
        {
            string reference = Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));
            Assert.True(Arrows[name].Contains(reference), $"{project} references {reference}; the design's arrows allow: {allowed}.");
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_with_a_list_of_packages_uses_no_other(string project)
    {
        if (Packages.TryGetValue(Path.GetFileNameWithoutExtension(project), out string[]? allowed))
        {
            Assert.Empty(References(project, "PackageReference").Except(allowed));
        }
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Versions_are_kept_in_one_place(string project)
    {
        IEnumerable<XElement> packages = Load(project).Descendants("PackageReference");
        Assert.False(packages.Any(p => p.Attribute("Version") is not null || p.Element("Version") is not null), $"{project} gives a package version; Directory.Packages.props is the place for it.");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Product_projects_generate_documentation_and_keep_warnings_as_errors(string project)
    {
        string[] eased = ["GenerateDocumentationFile", "TreatWarningsAsErrors", "Nullable", "NoWarn", "WarningsNotAsErrors"];
        Assert.Empty(Load(project).Descendants().Select(e => e.Name.LocalName).Intersect(eased));

        XElement shared = XDocument.Load(Path.Combine(SharedData.Repository, "Directory.Build.props")).Root!;
        XElement documentation = Assert.Single(shared.Descendants("GenerateDocumentationFile"));
        Assert.Equal("true", documentation.Value);
        string condition = documentation.Parent!.Attribute("Condition")?.Value ?? "";
        MatchCollection exceptions = Regex.Matches(condition, @"!\$\(MSBuildProjectName\.StartsWith\('([^']+)'\)\)");
        Assert.Equal(Tests, exceptions.Select(m => m.Groups[1].Value).Order());
        Assert.Equal("true", Assert.Single(shared.Descendants("TreatWarningsAsErrors")).Value);
        Assert.Equal("enable", Assert.Single(shared.Descendants("Nullable")).Value);
    }

    [Fact]
    public void Built_product_assemblies_have_their_documentation()
    {
        foreach (string project in Files("*.csproj"))
        {
            string name = Path.GetFileNameWithoutExtension(project);
            if (Tests.Contains(name))
                continue;
            string assembly = Load(project).Descendants("AssemblyName").SingleOrDefault()?.Value ?? name;
            string documentation = Path.Combine(AppContext.BaseDirectory, assembly + ".xml");
            Assert.True(File.Exists(documentation), $"'{documentation}' was not generated.");
        }
    }

    [Fact]
    public void Names_say_what_a_thing_is()
    {
        string[] found = [.. Files("*.cs").Select(Relative).Where(f => Path.ChangeExtension(f, null).Split('/').Any(IsForbidden))];
        Assert.True(found.Length == 0, "A folder is a stage or a noun of the field, and so is a file: " + string.Join(", ", found));
    }

    [Fact]
    public void Files_stay_short_enough_to_read()
    {
        string[] found = [.. Files("*.cs").Where(f => File.ReadLines(f).Count() > MostLines).Select(Relative)];
        Assert.True(found.Length == 0, $"More than {MostLines} lines; split by life-cycle or concern: {string.Join(", ", found)}");
    }

    [Fact]
    public void Sources_import_nothing_against_the_arrows()
    {
        // References of references come along silently, so a project file alone does not stop a jump over a border.
        foreach (string project in Files("*.csproj"))
        {
            HashSet<string> reach = Reach(Path.GetFileNameWithoutExtension(project));
            foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(project)!, "*.cs", SearchOption.AllDirectories))
            {
                foreach (Match match in Import.Matches(File.ReadAllText(file)))
                {
                    string used = match.Groups[1].Value;
                    Assert.True(reach.Contains(used), $"{Relative(file)} uses {used}, which lies against the arrows.");
                }
            }
        }
    }

    private static bool IsForbidden(string part)
        => ForbiddenNames.Any(n => part.Equals(n, StringComparison.OrdinalIgnoreCase) || part.EndsWith(n, StringComparison.Ordinal));

    private static HashSet<string> Reach(string project) => [project, .. Arrows[project].SelectMany(Reach)];

    private static IEnumerable<string> References(string project, string kind)
        => Load(project).Descendants(kind).Select(e => e.Attribute("Include")?.Value).OfType<string>();

    private static XDocument Load(string project) => XDocument.Load(Path.Combine(SharedData.Repository, project));

    private static string Relative(string file) => Path.GetRelativePath(SharedData.Repository, file).Replace('\\', '/');

    private static IEnumerable<string> Files(string pattern)
        => new[] { "src", "indexer", "data", "examples", "tests" }.Select(f => Path.Combine(SharedData.Repository, f)).Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, pattern, SearchOption.AllDirectories))
            .Where(f => !Relative(f).Split('/').Any(part => part is "bin" or "obj"))
            .Order(StringComparer.Ordinal);
}
