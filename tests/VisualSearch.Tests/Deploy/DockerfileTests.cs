using System.Xml.Linq;
using VisualSearch.Tests.Api;

namespace VisualSearch.Tests.Deploy;

/// <summary>The image's recipe, as far as it can be tried without an engine.</summary>
[Collection("server")]
public sealed class DockerfileTests(ServerFixture server)
{
    private static readonly Dockerfile File = Dockerfile.Parse(DeployFiles.Text("Dockerfile"));

    [Fact]
    public void All_that_is_copied_is_there_and_is_sent_to_the_build()
    {
        Assert.NotEmpty(File.Copies);
        foreach (var source in File.Copies.SelectMany(static copy => copy.Sources))
        {
            Assert.True(Path.Exists(Path.Combine(SharedData.Repository, source)), $"COPY {source}: it is not there.");
            Assert.True(IsSent(source), $"COPY {source}: .dockerignore keeps it back.");
        }

        // global.json asks for an SDK that distributions don't have.
        Assert.False(IsSent("global.json"));
        Assert.False(IsSent("deploy/.env"));
        Assert.False(IsSent(".git"));
        Assert.True(IsSent("models/default/model.json"));
    }

    [Fact]
    public void Packages_are_restored_with_the_project_files_of_all_that_the_program_is_built_from()
    {
        var copied = File.Copies.SelectMany(static copy => copy.Sources.Select(source => (source, copy.Destination))).Where(static copy => copy.source.EndsWith(".csproj", StringComparison.Ordinal)).ToArray();
        Assert.All(copied, static copy => Assert.Equal(Path.GetDirectoryName(copy.source), copy.Destination.TrimEnd('/')));
        var needed = new SortedSet<string>(StringComparer.Ordinal);
        Follow("src/VisualSearch.Cli/VisualSearch.Cli.csproj");
        Assert.Equal(needed, copied.Select(static copy => copy.source).Order(StringComparer.Ordinal));

        void Follow(string project)
        {
            if (!needed.Add(project)) return;
            foreach (var reference in XDocument.Load(Path.Combine(SharedData.Repository, project)).Descendants("ProjectReference"))
            {
                var full = Path.GetFullPath(Path.Combine(SharedData.Repository, Path.GetDirectoryName(project)!, reference.Attribute("Include")!.Value));
                Follow(Path.GetRelativePath(SharedData.Repository, full).Replace('\\', '/'));
            }
        }
    }

    [Fact]
    public void It_runs_as_nobody_special_with_its_data_in_volumes()
    {
        var run = File.Last;
        Assert.Matches(@"^[1-9]\d{4}:[1-9]\d{4}$", Assert.Single(run.All("USER")));
        // After the last thing that needs root.
        var names = run.Instructions.Select(static one => one.Name).ToList();
        Assert.True(names.IndexOf("USER") > names.LastIndexOf("RUN") && names.IndexOf("USER") > names.LastIndexOf("COPY"));
        var volumes = Assert.Single(run.All("VOLUME"));
        Assert.Contains($"\"{run.Variables["VSEARCH_DATA"]}\"", volumes, StringComparison.Ordinal);
        Assert.Contains($"\"{run.Variables["ASPNETCORE_TEMP"]}\"", volumes, StringComparison.Ordinal);
        Assert.Equal(run.Variables["VSEARCH_PORT"], Assert.Single(run.All("EXPOSE")));
        Assert.Contains("VisualSearch.Api.dll", Assert.Single(run.All("CMD")), StringComparison.Ordinal);
        // What was built may not be changed by who runs it.
        Assert.DoesNotContain("--chown", string.Join(' ', run.All("COPY")), StringComparison.Ordinal);
    }

    [ToolFact("bash", "bash")]
    public async Task Its_health_check_tells_a_server_that_is_ready_from_one_that_is_not()
    {
        for (var tries = 0; !(await server.Client.GetAsync("/readyz")).IsSuccessStatusCode; tries++)
        {
            Assert.True(tries < 300, "The server does not get ready.");
            await Task.Delay(100);
        }

        var check = File.Last.Health;
        var (code, output) = await Tool.RunAsync(check[0], check[1..], null, ("VSEARCH_PORT", server.Client.BaseAddress!.Port.ToString()));
        Assert.True(code == 0, output);

        // One that answers, and not with 200; and nobody at all.
        var elsewhere = check.Select(static word => word.Replace("/readyz", "/v1/nowhere", StringComparison.Ordinal)).ToArray();
        Assert.NotEqual(0, (await Tool.RunAsync(elsewhere[0], elsewhere[1..], null, ("VSEARCH_PORT", server.Client.BaseAddress!.Port.ToString()))).Code);
        Assert.NotEqual(0, (await Tool.RunAsync(check[0], check[1..], null, ("VSEARCH_PORT", "1"))).Code);
    }

    [Fact]
    public void An_unknown_instruction_is_refused()
    {
        Assert.Throws<FormatException>(static () => Dockerfile.Parse("FORM ubuntu"));
        Assert.Equal(["FROM", "RUN"], Dockerfile.Parse("FROM a\n# words\nRUN b \\\n  && c\n").Instructions.Select(static one => one.Name));
    }

    // Docker's rules as far as ours need them: the last line that matches decides, ! takes back, a folder goes with all that is in it.
    private static bool IsSent(string path)
    {
        var sent = true;
        foreach (var line in System.IO.File.ReadLines(Path.Combine(SharedData.Repository, ".dockerignore")).Where(static line => line.Length > 0 && line[0] != '#'))
        {
            var pattern = line.TrimStart('!');
            var matches = pattern == "*" || path == pattern || path.StartsWith(pattern + "/", StringComparison.Ordinal) || pattern.StartsWith(path + "/", StringComparison.Ordinal) && line[0] == '!'
                || (pattern.StartsWith("**/", StringComparison.Ordinal) && path.Split('/').Contains(pattern[3..]));
            if (matches) sent = line[0] == '!';
        }

        return sent;
    }
}
