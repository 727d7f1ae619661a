using VisualSearch.Api.Hosting;
using VisualSearch.Api.Telemetry;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Rag.Models;

// The server alone, configured by its environment, as in a container. People use `vsearch serve`, which hosts the same.
try
{
    await ApiHost.Create(ApiEnvironment.Read(Environment.GetEnvironmentVariable)).RunAsync().ConfigureAwait(false);
    return 0;
}
catch (Exception error) when (error is ApiOptionsException or ModelException or ChatModelException)
{
    await Console.Error.WriteLineAsync($"vsearch: {error.Message}").ConfigureAwait(false);
    return 2;
}
