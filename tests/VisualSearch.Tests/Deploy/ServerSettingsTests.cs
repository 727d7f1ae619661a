using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using VisualSearch.Api.Hosting;
using VisualSearch.Api.Serving;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Api;

namespace VisualSearch.Tests.Deploy;

/// <summary>What is set in <c>deploy/</c> against the server that reads it.</summary>
[Collection("server")]
public sealed partial class ServerSettingsTests(ServerFixture server)
{
    private const string Key = "a-key-of-enough-length";

    // Each way to run the server: where it is written, and its variables with what a machine without any of its own gives.
    public static TheoryData<string> Places => ["Dockerfile", "compose.yaml", "compose.cluster.yaml", "kubernetes"];

    [Theory]
    [MemberData(nameof(Places))]
    public void Only_variables_that_the_server_reads_are_set(string place)
    {
        var read = VariablesRead();
        Assert.True(read.Count > 15);
        var set = Settings(place).Keys.Where(static name => name.StartsWith("VSEARCH_", StringComparison.Ordinal) || name.StartsWith("OTEL_", StringComparison.Ordinal)).ToArray();
        Assert.True(set.Length >= 4);
        Assert.All(set, name => Assert.True(read.Contains(name), $"{place} sets {name}, which the server does not read."));
    }

    [Theory]
    [MemberData(nameof(Places))]
    public void The_server_takes_the_values_and_listens_to_all_who_reach_the_container(string place)
    {
        var settings = Settings(place);
        settings["VSEARCH_API_KEY"] = Key;
        var options = ApiEnvironment.Read(name => settings.GetValueOrDefault(name)).Validated();
        Assert.Equal(("0.0.0.0", 5080, "/data"), (options.Host, options.Port, options.DataFolder));
        Assert.True(options.Serving.Drain > TimeSpan.Zero);
        var image = Settings("Dockerfile");
        Assert.Equal(image["VSEARCH_DATA"], options.DataFolder);
    }

    [Theory]
    [InlineData("compose.yaml")]
    [InlineData("compose.cluster.yaml")]
    public void Containers_get_the_time_that_the_server_takes_to_end(string file)
    {
        var services = ComposeFile.Load(file).Services;
        var nodes = services.Values.Where(static service => service.Environment.ContainsKey("VSEARCH_DRAIN_SECONDS")).ToArray();
        Assert.NotEmpty(nodes);
        Assert.All(nodes, static node => Assert.True(
            ComposeTests.Seconds(node.StopGracePeriod!) >= int.Parse(node.Environment["VSEARCH_DRAIN_SECONDS"]) + new ServingOptions().LastRequests.TotalSeconds + 2));
    }

    [Fact]
    public void The_cluster_s_addresses_are_those_of_its_nodes()
    {
        var compose = ComposeFile.Load("compose.cluster.yaml").Services;
        var nodes = QdrantOf("compose.cluster.yaml")!.Nodes;
        Assert.Equal(compose.Keys.Where(static name => name.StartsWith("qdrant", StringComparison.Ordinal)), nodes.Select(static node => node.Host));
        Assert.All(nodes, static node => Assert.Equal(6333, node.Port));

        var set = KubernetesTests.Qdrant;
        var pods = QdrantOf("kubernetes")!.Nodes;
        Assert.Equal(Enumerable.Range(0, set.Spec.Replicas!.Value).Select(i => $"{set.Metadata.Name}-{i}.{set.Spec.ServiceName}"), pods.Select(static node => node.Host));
        Assert.All(pods, node => Assert.Equal(set.Spec.Template.Spec.Containers.Single().Ports.Single(static port => port.Name == "http").ContainerPort, node.Port));
        Assert.Null(QdrantOf("compose.yaml"));
    }

    [Fact]
    public async Task Probes_and_routes_of_nginx_are_endpoints_that_the_server_has()
    {
        var document = await server.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        var paths = document.GetProperty("paths").EnumerateObject().ToArray();
        var api = KubernetesTests.Api.Spec.Template.Spec.Containers.Single();
        Assert.Equal(["/healthz", "/healthz", "/readyz"], new[] { api.StartupProbe, api.LivenessProbe, api.ReadinessProbe }.Select(static probe => probe.HttpGet.Path));
        var probed = new[] { api.StartupProbe.HttpGet.Path, api.LivenessProbe.HttpGet.Path, api.ReadinessProbe.HttpGet.Path, Path().Match(string.Join(' ', Dockerfile.Parse(DeployFiles.Text("Dockerfile")).Last.Health)).Groups[1].Value };
        Assert.All(probed, path => Assert.Contains(paths, known => known.Name == path));
        Assert.All(new[] { api.StartupProbe, api.LivenessProbe, api.ReadinessProbe }, probe => Assert.Contains(api.Ports, port => port.Name == (string)probe.HttpGet.Port));

        var locations = Location().Matches(DeployFiles.Text("nginx/nginx.conf")).Select(static match => (Pattern: match.Groups["pattern"].Value, Body: match.Groups["body"].Value)).ToArray();
        Assert.Equal(3, locations.Length);
        foreach (var (pattern, body) in locations)
        {
            var matched = paths.Where(path => Regex.IsMatch(path.Name.Replace("{collection}", "a", StringComparison.Ordinal), pattern)).ToArray();
            Assert.NotEmpty(matched);
            if (!body.Contains("non_idempotent", StringComparison.Ordinal)) continue;
            // May be sent twice: nothing that needs more than to search.
            Assert.Equal(["/v1/collections/{collection}/recommend", "/v1/collections/{collection}/search", "/v1/embeddings"], matched.Select(static path => path.Name).Order(StringComparer.Ordinal));
            Assert.All(matched.SelectMany(static path => path.Value.EnumerateObject()), static operation => Assert.Contains("\"search\"", operation.Value.GetProperty("security").GetRawText(), StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Images_are_of_a_certain_version_and_have_short_names()
    {
        var compose = new[] { "compose.yaml", "compose.cluster.yaml", "telemetry.yaml" }.SelectMany(static file => ComposeFile.Load(file).Services.Values).Select(static service => service.Image!);
        var kubernetes = KubernetesTests.Api.Spec.Template.Spec.Containers.Concat(KubernetesTests.Qdrant.Spec.Template.Spec.Containers).Select(static container => container.Image);
        var built = Dockerfile.Parse(DeployFiles.Text("Dockerfile")).All("FROM").Select(static line => line.Split(' ')[0]);
        var images = compose.Concat(kubernetes).Concat(built).Distinct().Order(StringComparer.Ordinal).ToArray();
        Assert.True(images.Length >= 7);
        Assert.All(images, static image => Assert.Matches(@"^([a-z0-9-]+/)?[a-z0-9-]+:v?\d+\.\d+[a-z0-9.-]*$", image));
        // Of each one version, and ours that of the program.
        Assert.Equal(images.Length, images.Select(static image => image.Split(':')[0]).Distinct().Count());
        var version = System.Xml.Linq.XDocument.Load(System.IO.Path.Combine(SharedData.Repository, "Directory.Build.props")).Descendants("Version").Single().Value;
        Assert.Contains($"visualsearch:{version}", images);
    }

    [Fact]
    public void The_guide_tells_every_variable_and_names_only_files_that_are_there()
    {
        var guide = DeployFiles.Text("README.md");
        Assert.All(ApiEnvironment.Variables.Keys.Concat(VariablesRead()).Where(static name => name.StartsWith("VSEARCH_", StringComparison.Ordinal)), name => Assert.Contains($"`{name}`", guide, StringComparison.Ordinal));
        var told = Variable().Matches(guide).Select(static match => match.Value).Distinct();
        Assert.All(told, name => Assert.True(VariablesRead().Contains(name), $"The guide tells of {name}, which the server does not read."));
        foreach (Match link in Link().Matches(guide))
        {
            Assert.True(System.IO.Path.Exists(DeployFiles.PathOf(link.Groups[1].Value)), $"The guide links to '{link.Groups[1].Value}', which is not there.");
        }
    }

    [Fact]
    public void Every_yaml_file_is_one()
    {
        Assert.True(DeployFiles.Yaml.Count() > 15);
        Assert.All(DeployFiles.Yaml, static file => Assert.True(DeployFiles.Documents(DeployFiles.Text(file)) >= 1));
        Assert.ThrowsAny<YamlDotNet.Core.YamlException>(static () => DeployFiles.Documents("a: 'b"));
    }

    [Theory]
    [InlineData("${A}-${B:-b}$$", "-b$")]
    [InlineData("${C:-x}:5080", "c:5080")]
    [InlineData("plain", "plain")]
    public void Variables_are_filled_in_as_compose_does(string value, string filled)
    {
        Assert.Equal(filled, DeployFiles.Fill(value, static name => name == "C" ? "c" : null));
        Assert.Throws<FormatException>(static () => DeployFiles.Fill("${A:?needed}", static _ => ""));
        Assert.Throws<FormatException>(static () => DeployFiles.Fill("${a}", static _ => null));
    }

    // Asked of the code itself: with everything on that makes it ask for more.
    private static SortedSet<string> VariablesRead()
    {
        var asked = new SortedSet<string>(StringComparer.Ordinal);
        _ = ApiEnvironment.Read(Spy);
        _ = QdrantOptions.From(Spy);
        return asked;

        string? Spy(string name)
        {
            asked.Add(name);
            return name switch
            {
                "OTEL_EXPORTER_OTLP_ENDPOINT" => "http://collector:4318",
                "VSEARCH_CHAT_URL" => "http://model:8000",
                "VSEARCH_CHAT_MODEL" => "model",
                "VSEARCH_QDRANT_URL" => "http://qdrant:6333",
                _ => null,
            };
        }
    }

    private static QdrantOptions? QdrantOf(string place)
    {
        var settings = Settings(place);
        return QdrantOptions.From(name => settings.GetValueOrDefault(name));
    }

    private static Dictionary<string, string> Settings(string place) => place switch
    {
        "Dockerfile" => Dockerfile.Parse(DeployFiles.Text("Dockerfile")).Last.Variables,
        "kubernetes" => KubernetesTests.Settings,
        _ => ComposeFile.Load(place).Services.First(static service => service.Value.Environment.ContainsKey("VSEARCH_PORT")).Value.Settings(static name => name == "QDRANT_API_KEY" ? Key : null),
    };

    [GeneratedRegex("GET (/[a-z]+) HTTP")]
    private static partial Regex Path();

    [GeneratedRegex(@"location ~ (?<pattern>\S+) \{(?<body>[^}]*)\}")]
    private static partial Regex Location();

    [GeneratedRegex("(?:VSEARCH|OTEL)_[A-Z_]*[A-Z]")]
    private static partial Regex Variable();

    [GeneratedRegex(@"\]\(([^)#:]+)\)")]
    private static partial Regex Link();
}
