using VisualSearch.Api.Hosting;
using VisualSearch.Api.Telemetry;
using VisualSearch.Search.Monitoring;

namespace VisualSearch.Tests.Telemetry;

/// <summary>The settings of telemetry, from dictionaries: the environment is everybody's.</summary>
public sealed class TelemetryOptionsTests
{
    [Fact]
    public void Nothing_is_sent_unless_an_endpoint_is_set()
    {
        Assert.Null(new TelemetryOptions().Endpoint);
        Assert.Null(From().Endpoint);
        Assert.Null(From(("OTEL_EXPORTER_OTLP_ENDPOINT", "  "), ("OTEL_SERVICE_NAME", "x"), ("OTEL_TRACES_SAMPLER", "nonsense")).Endpoint);
        Assert.Null(From(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"), ("OTEL_SDK_DISABLED", "True")).Endpoint);
        Assert.Equal("nothing is sent", From().ToString());
    }

    [Fact]
    public void OpenTelemetrys_own_variables_are_read()
    {
        var options = From(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", " https://collector.example:4318/base "), ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"), ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=s3cret,tenant=a%2Cb"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "2500"), ("OTEL_SERVICE_NAME", "search-eu"), ("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.25"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "15000"), ("OTEL_BSP_SCHEDULE_DELAY", "1000"));
        Assert.Equal(
            new TelemetryOptions
            {
                Endpoint = new Uri("https://collector.example:4318/base"),
                Protocol = OtlpTransport.Grpc,
                Headers = "api-key=s3cret,tenant=a%2Cb",
                Timeout = TimeSpan.FromSeconds(2.5),
                ServiceName = "search-eu",
                SampledShare = 0.25,
                MetricInterval = TimeSpan.FromSeconds(15),
                BatchDelay = TimeSpan.FromSeconds(1),
            },
            options);
        Assert.DoesNotContain("s3cret", options.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://localhost:4317", OtlpTransport.Grpc)]
    [InlineData("http://localhost:4318", OtlpTransport.HttpProtobuf)]
    [InlineData("https://collector.example", OtlpTransport.HttpProtobuf)]
    public void Without_a_protocol_the_port_says_it(string endpoint, OtlpTransport expected) => Assert.Equal(expected, From(("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint)).Protocol);

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4318")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://user:pass@collector:4318")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/?key=1")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "no-value")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "10s")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "-1")]
    [InlineData("OTEL_TRACES_SAMPLER", "sometimes")]
    public void A_wrong_value_is_refused_by_the_variables_name(string name, string value)
    {
        var error = Assert.Throws<ApiOptionsException>(() => From(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"), (name, value)));
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass", error.Message.Replace("password", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("-0.1")]
    [InlineData("half")]
    public void A_share_of_requests_lies_between_0_and_1(string share) => Assert.Contains(
        "OTEL_TRACES_SAMPLER_ARG",
        Assert.Throws<ApiOptionsException>(() => From(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318"), ("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", share))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void What_is_watched_is_read_from_variables_too()
    {
        Assert.Equal(new MonitorOptions(), MonitorVariables.From(_ => null));
        Assert.Equal((1000, TimeSpan.FromMilliseconds(500), false), (new MonitorOptions().RecallOneIn, new MonitorOptions().SlowThreshold!.Value, new MonitorOptions().LogQueryText));
        Dictionary<string, string> set = new() { ["VSEARCH_RECALL_ONE_IN"] = "50", ["VSEARCH_SLOW_MS"] = "off", ["VSEARCH_LOG_QUERY_TEXT"] = "1" };
        Assert.Equal(new MonitorOptions { RecallOneIn = 50, SlowThreshold = null, LogQueryText = true }, MonitorVariables.From(name => set.GetValueOrDefault(name)));
    }

    [Theory]
    [InlineData("VSEARCH_RECALL_ONE_IN", "-1")]
    [InlineData("VSEARCH_RECALL_ONE_IN", "0.001")]
    [InlineData("VSEARCH_RECALL_ONE_IN", "2000000000")]
    [InlineData("VSEARCH_SLOW_MS", "half a second")]
    [InlineData("VSEARCH_SLOW_MS", "-5")]
    [InlineData("VSEARCH_LOG_QUERY_TEXT", "maybe")]
    public void A_wrong_value_of_what_is_watched_is_refused(string name, string value) =>
        Assert.Contains(name, Assert.Throws<ApiOptionsException>(() => MonitorVariables.From(asked => asked == name ? value : null)).Message, StringComparison.Ordinal);

    private static TelemetryOptions From(params (string Name, string Value)[] set) => TelemetryOptions.From(name => set.LastOrDefault(one => one.Name == name).Value);
}
