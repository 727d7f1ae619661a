using System.Globalization;
using VisualSearch.Api.Serving;
using VisualSearch.Api.Telemetry;
using VisualSearch.Search.Rag.Models;
using VisualSearch.Search.Stores.Qdrant.Client;

namespace VisualSearch.Api.Hosting;

/// <summary>A server's settings as variables of its environment: how one in a container is configured.</summary>
public static class ApiEnvironment
{
    /// <summary>The variables that are read, each with what it sets. What <c>deploy/</c> sets must be among them.</summary>
    public static IReadOnlyDictionary<string, string> Variables { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["VSEARCH_DATA"] = "the folder of the collections",
        ["VSEARCH_HOST"] = "the address to listen on, 127.0.0.1 unless set",
        ["VSEARCH_PORT"] = "the port, 5080 unless set",
        [ApiOptions.ApiKeyVariable] = "the key that requests must carry",
        ["VSEARCH_MODEL"] = "the folder of the only model to serve",
        ["VSEARCH_RULES"] = "a file of business rules",
        ["VSEARCH_CONCURRENCY"] = "searches worked on at once, as many as cores unless set",
        ["VSEARCH_DRAIN_SECONDS"] = "how long to go on serving after being told to end",
        ["VSEARCH_QDRANT_URL"] = "the Qdrant that holds the collections; several nodes with commas between them",
        ["VSEARCH_QDRANT_API_KEY"] = "its key",
        ["VSEARCH_QDRANT_REPLICAS"] = "copies of each shard of a collection that is made there, 1 unless set",
        ["VSEARCH_QDRANT_LEASE_SECONDS"] = "how long a killed writer keeps others from changing its collection there, 30 unless set",
        [MonitorVariables.RecallOneIn] = "one in so many vector searches is repeated exactly, 1000 unless set",
        [MonitorVariables.SlowMs] = "searches that take as long are logged, 500 unless set",
        [MonitorVariables.LogQueryText] = "1 to have the words of slow searches in the log",
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "where figures, spans and log lines are sent; its relatives work as anywhere",
        ["VSEARCH_CHAT_URL"] = "an OpenAI-compatible server that puts answers into words",
        ["VSEARCH_CHAT_MODEL"] = "its model",
        ["VSEARCH_CHAT_KEY"] = "its key",
        ["VSEARCH_CHAT_VISION"] = "1 if that model can see pictures",
    };

    /// <summary>The options that the variables give.</summary>
    /// <param name="variable">A variable's value; null where it is not set.</param>
    /// <exception cref="ApiOptionsException">A value can't be used; the message names the variable.</exception>
    /// <exception cref="ChatModelException">The language model's settings can't be used.</exception>
    public static ApiOptions Read(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        return new ApiOptions
        {
            DataFolder = Text("VSEARCH_DATA") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".visualsearch"),
            Host = Text("VSEARCH_HOST") ?? "127.0.0.1",
            Port = Whole("VSEARCH_PORT", 5080),
            ApiKey = Text(ApiOptions.ApiKeyVariable),
            ModelFolder = Text("VSEARCH_MODEL"),
            RulesFile = Text("VSEARCH_RULES"),
            ChatModel = ChatModelOptions.From(variable),
            Qdrant = QdrantOptions.From(variable),
            Telemetry = TelemetryOptions.From(variable),
            Monitoring = MonitorVariables.From(variable),
            Serving = new ServingOptions { ConcurrentSearches = Whole("VSEARCH_CONCURRENCY", 0), Drain = TimeSpan.FromSeconds(Whole("VSEARCH_DRAIN_SECONDS", 0)) },
        };

        // In a compose file a variable without a value is set, and empty.
        string? Text(string name) => variable(name) is { Length: > 0 } value ? value : null;

        int Whole(string name, int otherwise) => Text(name) is not { } text ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value
            : throw new ApiOptionsException($"{name} is \"{text}\"; set it to a whole number, or not at all ({Variables[name]}).");
    }
}
