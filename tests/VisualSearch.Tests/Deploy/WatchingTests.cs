using System.Text.Json;
using System.Text.RegularExpressions;

namespace VisualSearch.Tests.Deploy;

/// <summary>Prometheus, its rules, the dashboard and the collector: that they ask for what servers have.</summary>
public sealed partial class WatchingTests
{
    // Prometheus itself makes these.
    private static readonly string[] OfPrometheus = ["up"];

    private static readonly string[] LabelsOfPrometheus = ["job", "instance", "le"];

    // docs/telemetry.md has a line for each figure, which a test of the server's own /metrics holds it to.
    private static readonly Dictionary<string, (string Type, string[] Labels)> Figures = Figure().Matches(File.ReadAllText(Path.Combine(SharedData.Repository, "docs", "telemetry.md")))
        .ToDictionary(static line => line.Groups[1].Value, static line => (line.Groups[2].Value, line.Groups[3].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));

    [Fact]
    public void Rules_and_dashboard_read_only_figures_that_servers_have_by_labels_that_these_have()
    {
        Assert.True(Figures.Count > 25);
        var recorded = Rules.Where(static rule => rule.ContainsKey("record")).ToDictionary(static rule => (string)rule["record"], static rule => PromQuery.Parse((string)rule["expr"]));
        var queries = Rules.Select(static rule => (string)rule["expr"]).Concat(Panels.SelectMany(static panel => panel.Queries)).ToArray();
        Assert.True(queries.Length > 40);
        foreach (var query in queries)
        {
            var read = PromQuery.Parse(query);
            Assert.NotEmpty(read.Metrics);
            Assert.All(read.Metrics, name => Assert.True(recorded.ContainsKey(name) || OfPrometheus.Contains(name) || Of(name) is not null, $"No server has the figure '{name}', which is read by: {query}"));
            var labels = read.Metrics.SelectMany(name => recorded.TryGetValue(name, out var rule) ? (IEnumerable<string>)rule.Labels : Of(name)?.Labels ?? []).Concat(LabelsOfPrometheus);
            Assert.All(read.Labels, label => Assert.True(labels.Contains(label), $"No figure has the label '{label}' in: {query}"));
        }
    }

    [Theory]
    [InlineData("rate(vsearch_searches_total{collection=\"a\", mode!~\"x|y\"}[5m]) > 0.5", "vsearch_searches_total", "collection,mode")]
    [InlineData("sum by (le, stage) (a_bucket offset 1h) / ignoring(stage) group_left sum(b:c:d)", "a_bucket,b:c:d", "le,stage")]
    [InlineData("histogram_quantile(0.99, up) and on(job) absent(other)", "other,up", "job")]
    public void A_query_is_taken_apart(string query, string metrics, string labels)
    {
        var read = PromQuery.Parse(query);
        Assert.Equal(metrics.Split(','), read.Metrics.Order(StringComparer.Ordinal));
        Assert.Equal(labels.Split(','), read.Labels.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Alerts_say_what_is_wrong_and_what_to_do()
    {
        var alerts = Rules.Where(static rule => rule.ContainsKey("alert")).ToArray();
        Assert.True(alerts.Length >= 10);
        Assert.All(alerts, static alert =>
        {
            var told = (Dictionary<object, object>)alert["annotations"];
            Assert.Equal(["description", "summary"], told.Keys.Cast<string>().Order());
            Assert.Contains(((Dictionary<object, object>)alert["labels"])["severity"], new object[] { "warning", "critical" });
        });
        Assert.Equal(alerts.Length, alerts.Select(static alert => alert["alert"]).Distinct().Count());
    }

    [ToolFact("promtool", "prometheus")]
    public async Task Promtool_takes_configuration_and_rules_and_alerts_fire_when_they_should()
    {
        foreach (var arguments in new string[][] { ["check", "rules", "rules.yml"], ["check", "config", "--syntax-only", "prometheus.yml"], ["test", "rules", "rules.test.yml"] })
        {
            var (code, output) = await Tool.RunAsync("promtool", arguments, DeployFiles.PathOf("prometheus"));
            Assert.True(code == 0, $"promtool {string.Join(' ', arguments)}: {output}");
        }

        using var folder = new TemporaryFolder();
        folder.Write("rules.yml", DeployFiles.Text("prometheus/rules.yml").Replace("> 0.01", "> 0.10", StringComparison.Ordinal));
        folder.Write("rules.test.yml", DeployFiles.Text("prometheus/rules.test.yml"));
        Assert.NotEqual(0, (await Tool.RunAsync("promtool", ["test", "rules", "rules.test.yml"], folder.Path)).Code);
    }

    [ToolFact("promtool", "prometheus")]
    public async Task Prometheus_reads_every_query_of_the_dashboard()
    {
        // Grafana fills these in.
        var queries = Panels.SelectMany(static panel => panel.Queries)
            .Select(static query => query.Replace("$__rate_interval", "1m", StringComparison.Ordinal).Replace("$collection", ".*", StringComparison.Ordinal).Replace("$instance", ".*", StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain(queries, static query => query.Contains('$', StringComparison.Ordinal));
        using var folder = new TemporaryFolder();
        var rules = queries.Select(static (query, i) => $"      - record: q{i}\n        expr: '{query.Replace("'", "''", StringComparison.Ordinal)}'\n");
        folder.Write("queries.yml", "groups:\n  - name: dashboard\n    rules:\n" + string.Concat(rules));
        var (code, output) = await Tool.RunAsync("promtool", ["check", "rules", "queries.yml"], folder.Path);
        Assert.True(code == 0, output);
    }

    [Fact]
    public void Prometheus_finds_the_nodes_by_the_name_and_port_that_they_have_and_shows_its_key()
    {
        var config = DeployFiles.Map(DeployFiles.Text("prometheus/prometheus.yml"));
        Assert.All(((List<object>)config["rule_files"]).Cast<string>(), static file => Assert.True(File.Exists(DeployFiles.PathOf("prometheus/" + file))));
        var job = ((List<object>)config["scrape_configs"]).Cast<Dictionary<object, object>>().Single(static job => (string)job["job_name"] == "vsearch");
        var found = (Dictionary<object, object>)((List<object>)job["dns_sd_configs"]).Single();
        var name = (string)((List<object>)found["names"]).Single();
        foreach (var file in new[] { "compose.yaml", "compose.cluster.yaml" })
        {
            var nodes = ComposeFile.Load(file).Services.Where(static service => service.Value.Environment.ContainsKey("VSEARCH_PORT")).ToArray();
            Assert.All(nodes, node => Assert.True(node.Key == name || node.Value.Networks["default"].Aliases.Contains(name)));
            Assert.All(nodes, node => Assert.Equal(found["port"], node.Value.Environment["VSEARCH_PORT"]));
            Assert.Equal(["prometheus-key"], ComposeFile.Load(file).Services["prometheus"].Secrets);
        }

        Assert.Equal("/run/secrets/prometheus-key", ((Dictionary<object, object>)job["authorization"])["credentials_file"]);
        Assert.Equal("/metrics", job["metrics_path"]);
    }

    [Fact]
    public void The_dashboard_has_whole_panels_side_by_side_with_the_source_that_is_provisioned()
    {
        Assert.True(Panels.Count > 20);
        Assert.Equal(Panels.Count, Panels.Select(static panel => panel.Title).Distinct().Count());
        var source = DeployFiles.Map(DeployFiles.Text("grafana/provisioning/datasources/prometheus.yaml"));
        var provisioned = (Dictionary<object, object>)((List<object>)source["datasources"]).Single();
        Assert.All(Panels, panel => Assert.Equal(provisioned["uid"], panel.Source));
        Assert.Equal("http://prometheus:9090", provisioned["url"]);
        var provider = DeployFiles.Map(DeployFiles.Text("grafana/provisioning/dashboards/visualsearch.yaml"));
        var folder = (string)((Dictionary<object, object>)((Dictionary<object, object>)((List<object>)provider["providers"]).Single())["options"])["path"];
        var grafana = ComposeFile.Load("telemetry.yaml").Services["grafana"];
        Assert.Contains($"./grafana/dashboards:{folder}:ro", grafana.Volumes);
        Assert.Equal($"{folder}/visualsearch.json", grafana.Environment["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]);

        // No two panels lie on one another, and none beyond the 24 columns.
        var taken = new HashSet<(int, int)>();
        foreach (var panel in Panels)
        {
            Assert.InRange(panel.Right, 1, 24);
            for (var x = panel.Left; x < panel.Right; x++)
            {
                for (var y = panel.Top; y < panel.Bottom; y++) Assert.True(taken.Add((x, y)), $"'{panel.Title}' lies on another panel.");
            }
        }
    }

    [Fact]
    public void Pipelines_of_the_collector_are_made_of_what_it_defines_and_take_what_servers_send()
    {
        var config = DeployFiles.Map(DeployFiles.Text("otel/collector.yaml"));
        var service = (Dictionary<object, object>)config["service"];
        var pipelines = (Dictionary<object, object>)service["pipelines"];
        Assert.Equal(["logs", "metrics", "traces"], pipelines.Keys.Cast<string>().Order());
        var used = new HashSet<(string, object)>();
        foreach (var pipeline in pipelines.Values.Cast<Dictionary<object, object>>())
        {
            foreach (var (kind, names) in pipeline) used.UnionWith(((List<object>)names).Select(name => ((string)kind, name)));
        }

        var defined = new[] { "receivers", "processors", "exporters" }.SelectMany(kind => ((Dictionary<object, object>)config[kind]).Keys.Select(name => (kind, name)));
        Assert.Equal(defined.Order(), used.Order());
        Assert.Equal(["exporters", "processors", "receivers", "service"], config.Keys.Order(StringComparer.Ordinal));
        var otlp = (Dictionary<object, object>)((Dictionary<object, object>)((Dictionary<object, object>)config["receivers"])["otlp"])["protocols"];
        Assert.Equal("0.0.0.0:4318", ((Dictionary<object, object>)otlp["http"])["endpoint"]);
        Assert.Equal("0.0.0.0:4317", ((Dictionary<object, object>)otlp["grpc"])["endpoint"]);
        Assert.Contains("http://collector:4318", DeployFiles.Text("README.md"), StringComparison.Ordinal);
    }

    private static (string Type, string[] Labels)? Of(string sample)
    {
        if (Figures.TryGetValue(sample, out var figure) && figure.Type != "histogram") return figure;
        return Figures.TryGetValue(Suffix().Replace(sample, ""), out figure) && figure.Type == "histogram" && Suffix().IsMatch(sample) ? figure : null;
    }

    private static IEnumerable<Dictionary<object, object>> Rules => ((List<object>)DeployFiles.Map(DeployFiles.Text("prometheus/rules.yml"))["groups"])
        .SelectMany(static group => (List<object>)((Dictionary<object, object>)group)["rules"]).Cast<Dictionary<object, object>>();

    private sealed record Panel(string Title, string Source, string[] Queries, int Left, int Top, int Right, int Bottom);

    private static List<Panel> Panels { get; } = ReadPanels();

    private static List<Panel> ReadPanels()
    {
        using var dashboard = JsonDocument.Parse(DeployFiles.Text("grafana/dashboards/visualsearch.json"));
        return [.. dashboard.RootElement.GetProperty("panels").EnumerateArray().Where(static panel => panel.GetProperty("type").GetString() != "row").Select(static panel =>
        {
            var place = panel.GetProperty("gridPos");
            var (x, y) = (place.GetProperty("x").GetInt32(), place.GetProperty("y").GetInt32());
            return new Panel(
                panel.GetProperty("title").GetString()!,
                panel.GetProperty("datasource").GetProperty("uid").GetString()!,
                [.. panel.GetProperty("targets").EnumerateArray().Select(static target => target.GetProperty("expr").GetString()!)],
                x, y, x + place.GetProperty("w").GetInt32(), y + place.GetProperty("h").GetInt32());
        })];
    }

    [GeneratedRegex(@"^\| `(\w+)` \| (counter|gauge|histogram) \|([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Figure();

    [GeneratedRegex("_(?:bucket|sum|count)$")]
    private static partial Regex Suffix();
}
