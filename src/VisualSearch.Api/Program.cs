using VisualSearch.Api.Hosting;
using VisualSearch.Api.Telemetry;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Rag.Models;

// The server alone, configured by its environment, as in a container. People use `vsearch serve`, which hosts the same.
try
{
    var options = new ApiOptions
    {
        DataFolder = Environment.GetEnvironmentVariable("VSEARCH_DATA") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".visualsearch"),
        Host = Environment.GetEnvironmentVariable("VSEARCH_HOST") ?? "127.0.0.1",
        Port = int.TryParse(Environment.GetEnvironmentVariable("VSEARCH_PORT"), out var port) ? port : 5080,
        ApiKey = Environment.GetEnvironmentVariable(ApiOptions.ApiKeyVariable),
        ChatModel = ChatModelOptions.FromEnvironment(),
        RulesFile = Environment.GetEnvironmentVariable("VSEARCH_RULES"),
        Telemetry = TelemetryOptions.FromEnvironment(),
        Monitoring = MonitorVariables.FromEnvironment(),
        Verbose = true,
    };
    await ApiHost.Create(options).RunAsync().ConfigureAwait(false);
    return 0;
}
catch (Exception error) when (error is ApiOptionsException or ModelException or ChatModelException)
{
    await Console.Error.WriteLineAsync($"vsearch: {error.Message}").ConfigureAwait(false);
    return 2;
}
