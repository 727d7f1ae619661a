using System.Globalization;
using YamlDotNet.Core;

namespace VisualSearch.Tests.Deploy;

/// <summary>The compose files: their form, and that all they name is there.</summary>
public sealed class ComposeTests
{
    public static TheoryData<string> Files => ["compose.yaml", "compose.cluster.yaml"];

    [Theory]
    [MemberData(nameof(Files))]
    public void Services_name_only_volumes_secrets_services_and_files_that_are_there(string name)
    {
        var file = ComposeFile.Load(name);
        foreach (var (service, definition) in file.Services)
        {
            foreach (var mount in definition.Volumes)
            {
                var source = DeployFiles.Fill(mount, static _ => null).Split(':')[0];
                if (!source.StartsWith("./", StringComparison.Ordinal)) Assert.True(file.Volumes.ContainsKey(source), $"{service} mounts '{source}', which is no volume of {name}.");
                else if (source != "./pictures") Assert.True(Path.Exists(DeployFiles.PathOf(source)), $"{service} mounts '{source}', which is not there.");
            }

            Assert.All(definition.Secrets, secret => Assert.Contains(secret, file.Secrets.Keys));
            Assert.All(definition.DependsOn, needed =>
            {
                Assert.Contains(needed.Key, file.Services.Keys);
                Assert.Equal("service_healthy", needed.Value.Condition);
                // Our own image has its check in the Dockerfile.
                Assert.True(file.Services[needed.Key].Healthcheck is not null || file.Services[needed.Key].Build is not null, $"{service} waits for {needed.Key}, which says nothing about its health.");
            });
            if (definition.Build is { } build)
            {
                Assert.Equal(SharedData.Repository, Path.GetFullPath(DeployFiles.PathOf(build.Context)));
                Assert.True(File.Exists(Path.Combine(SharedData.Repository, build.Dockerfile)));
            }
        }

        Assert.All(file.Volumes.Keys, volume => Assert.Contains(file.Services.Values, service => service.Volumes.Exists(mount => mount.StartsWith(volume + ":", StringComparison.Ordinal))));
        Assert.All(file.Secrets, secret =>
        {
            Assert.Contains(file.Services.Values, service => service.Secrets.Contains(secret.Key));
            Assert.StartsWith("./secrets/", secret.Value.File, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Containers_have_no_more_rights_and_memory_than_they_need(string name)
    {
        foreach (var (service, definition) in ComposeFile.Load(name).Services)
        {
            Assert.Equal(["ALL"], definition.CapDrop);
            Assert.Equal(["no-new-privileges:true"], definition.SecurityOpt);
            Assert.True(definition.ReadOnly || service.StartsWith("qdrant", StringComparison.Ordinal), $"{service} may write to its root file system.");
            Assert.True(definition.Deploy?.Resources.Limits.ContainsKey("memory"), $"{service} may take all memory.");
            // What is reachable without TLS and, here, without a password of its own stays on this machine unless its owner says otherwise.
            Assert.All(definition.Ports, static port => Assert.StartsWith("127.0.0.1:", DeployFiles.Fill(port, static _ => null), StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Telemetry_is_a_profile_and_the_same_in_both(string name)
    {
        var services = ComposeFile.Load(name).Services;
        var watching = services.Where(static service => service.Value.Profiles.Contains("telemetry")).ToArray();
        Assert.Equal(["collector", "grafana", "prometheus"], watching.Select(static service => service.Key).Order());
        var template = ComposeFile.Load("telemetry.yaml").Services;
        Assert.All(watching, service => Assert.Equal(template[service.Key].Image, service.Value.Image));
        // A profile that is off must keep nothing else from starting.
        Assert.All(services.Values.Where(static service => service.Profiles.Count == 0), static service => Assert.Empty(service.DependsOn.Keys.Intersect(["collector", "grafana", "prometheus"])));
    }

    [Fact]
    public void The_cluster_has_three_nodes_of_which_one_founds_it()
    {
        var nodes = ComposeFile.Load("compose.cluster.yaml").Services.Where(static service => service.Key.StartsWith("qdrant", StringComparison.Ordinal)).ToArray();
        Assert.Equal(3, nodes.Length);
        foreach (var (name, node) in nodes)
        {
            Assert.Equal($"http://{name}:6335", node.Command[node.Command.IndexOf("--uri") + 1]);
            var joins = node.Command.IndexOf("--bootstrap");
            Assert.Equal(name != "qdrant-1", joins > 0);
            if (joins > 0) Assert.Equal("http://qdrant-1:6335", node.Command[joins + 1]);
            Assert.Equal("true", node.Environment["QDRANT__CLUSTER__ENABLED"]);
            Assert.Equal([$"{name}:/qdrant/storage"], node.Volumes);
        }
    }

    [Fact]
    public void Api_nodes_differ_in_nothing_and_share_what_they_keep()
    {
        var services = ComposeFile.Load("compose.cluster.yaml").Services;
        var (one, other) = (services["api-1"], services["api-2"]);
        Assert.Equal(one.Environment, other.Environment);
        Assert.Equal(one.Volumes, other.Volumes);
        Assert.Contains("data:/data", one.Volumes);
        Assert.Equal(["api"], one.Networks["default"].Aliases);
        Assert.Equal(one.Environment["VSEARCH_QDRANT_API_KEY"], services["qdrant-1"].Environment["QDRANT__SERVICE__API_KEY"]);
        Assert.Throws<FormatException>(() => one.Settings(static _ => null));
    }

    [Theory]
    [InlineData("services: {api: {image: a, memory_limit: 1g}}")]
    [InlineData("services: {api: {image: a}}\nnetwork: {}")]
    [InlineData("services: {api: {image: a, image: b}}")]
    [InlineData("services: {api: {init: perhaps}}")]
    [InlineData("services: {api: [image]}")]
    [InlineData("services: {api: {image: a}")]
    public void What_is_misspelt_is_refused(string text) => Assert.ThrowsAny<YamlException>(() => DeployFiles.Read<ComposeFile>(text));

    [ToolFact("docker-compose", "docker-compose")]
    public async Task Docker_compose_itself_takes_both()
    {
        foreach (var name in new[] { "compose.yaml", "compose.cluster.yaml" })
        {
            var (code, output) = await Tool.RunAsync("docker-compose", ["--file", name, "--profile", "telemetry", "config", "--quiet"], null, ("QDRANT_API_KEY", "a-key"), ("COMPOSE_PROFILES", "telemetry"));
            Assert.True(code == 0, output);
        }

        using var folder = new TemporaryFolder();
        folder.Write("compose.yaml", DeployFiles.Text("compose.yaml").Replace("read_only:", "readonly:", StringComparison.Ordinal));
        File.Copy(DeployFiles.PathOf("telemetry.yaml"), folder["telemetry.yaml"]);
        var (wrong, said) = await Tool.RunAsync("docker-compose", ["config", "--quiet"], folder.Path);
        Assert.True(wrong != 0, said);
    }

    /// <summary>Seconds of a period such as <c>45s</c> or <c>2m</c>.</summary>
    internal static double Seconds(string period) => double.Parse(period[..^1], CultureInfo.InvariantCulture) * (period[^1] switch
    {
        's' => 1,
        'm' => 60,
        _ => throw new FormatException(period),
    });
}
