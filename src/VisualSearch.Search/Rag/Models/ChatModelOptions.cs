using System.Text.Json.Serialization;

namespace VisualSearch.Search.Rag.Models;

/// <summary>Which language model answers, at which OpenAI-compatible server, and how patient we are with it.</summary>
public sealed record ChatModelOptions
{
    /// <summary>
    /// Where the server's API begins, such as <c>https://api.openai.com/v1</c> or <c>http://localhost:11434/v1</c>. Without a path, <c>/v1</c>
    /// is meant: that is where OpenAI, Ollama, vLLM and llama.cpp have it.
    /// </summary>
    public required Uri Address
    {
        get;
        init => field = WrongAddress(value) is { } wrong ? throw new ArgumentException(wrong, nameof(Address)) : WithPath(value);
    }

    /// <summary>The model's name, as the server knows it.</summary>
    public required string Model
    {
        get;
        init => field = string.IsNullOrWhiteSpace(value)
            ? throw new ArgumentException("Model must not be empty; give the name that the server knows the model by.", nameof(Model))
            : value.Trim();
    }

    /// <summary>The key, sent as a bearer token; null for a server that wants none. It is in no message, log or text of this object.</summary>
    [JsonIgnore]
    public string? ApiKey
    {
        get;
        init => field = WrongKey(value) is { } wrong ? throw new ArgumentException(wrong, nameof(ApiKey)) : string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    /// <summary>How long connecting may take; above 0. An address where nothing answers is found out soon.</summary>
    public TimeSpan ConnectTimeout { get; init => field = Positive(value, nameof(ConnectTimeout)); } = TimeSpan.FromSeconds(10);

    /// <summary>How long the first token may take; above 0. A local server may have to read gigabytes of weights first.</summary>
    public TimeSpan FirstTokenTimeout { get; init => field = Positive(value, nameof(FirstTokenTimeout)); } = TimeSpan.FromSeconds(120);

    /// <summary>How long each token after the first may take; above 0.</summary>
    public TimeSpan TokenTimeout { get; init => field = Positive(value, nameof(TokenTimeout)); } = TimeSpan.FromSeconds(30);

    /// <summary>How long an answer may take as a whole, with all tries; above 0.</summary>
    public TimeSpan AnswerTimeout { get; init => field = Positive(value, nameof(AnswerTimeout)); } = TimeSpan.FromMinutes(5);

    /// <summary>How often a request that failed for a passing reason is sent again before its first token, 0 to 10.</summary>
    public int Retries
    {
        get;
        init => field = value is >= 0 and <= 10 ? value : throw new ArgumentOutOfRangeException(nameof(Retries), value, "Retries must be 0 to 10.");
    } = 2;

    /// <summary>Pause before the first retry, unless the server names one; each further one is about twice as long.</summary>
    public TimeSpan FirstPause { get; init => field = Positive(value, nameof(FirstPause)); } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest pause before a retry. A server that asks for a longer one is not asked again: people don't wait that long.</summary>
    public TimeSpan MaxPause { get; init => field = Positive(value, nameof(MaxPause)); } = TimeSpan.FromSeconds(20);

    /// <summary>What an answer may cost, and what the model can do.</summary>
    public ModelAnswererOptions Answering { get; init; } = new();

    /// <summary>Whether the model can see pictures.</summary>
    [JsonIgnore]
    public bool SeesPictures => Answering.SeesPictures;

    /// <summary>Whether questions and sources leave this machine. A loopback address (localhost, 127.0.0.1, ::1) is this machine.</summary>
    [JsonIgnore]
    public bool IsRemote => !Address.IsLoopback;

    /// <summary>Scheme, host and port: what messages call the server.</summary>
    [JsonIgnore]
    public string Server => Address.GetLeftPart(UriPartial.Authority);

    /// <summary>Reads VSEARCH_CHAT_URL, VSEARCH_CHAT_MODEL, VSEARCH_CHAT_KEY and VSEARCH_CHAT_VISION (1 or 0).</summary>
    /// <returns>The settings, or null when no address is set: then no language model is asked.</returns>
    /// <exception cref="ChatModelException">A variable is missing or can't be used.</exception>
    public static ChatModelOptions? FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <summary>The same, from variables that a function gives.</summary>
    /// <param name="variable">A variable's value; null where it is not set.</param>
    /// <exception cref="ChatModelException">A variable is missing or can't be used.</exception>
    public static ChatModelOptions? From(Func<string, string?> variable)
    {
        string? url = variable("VSEARCH_CHAT_URL")?.Trim();
        if (string.IsNullOrEmpty(url))
            return null;
        // The value is quoted in no message: people paste addresses with a key in them.
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address))
            throw Wrong("VSEARCH_CHAT_URL is not an address; give one such as http://localhost:11434/v1.");
        if (WrongAddress(address) is { } wrong)
            throw Wrong("VSEARCH_CHAT_URL: " + wrong);
        string? model = variable("VSEARCH_CHAT_MODEL");
        if (string.IsNullOrWhiteSpace(model))
            throw Wrong($"VSEARCH_CHAT_URL is set and VSEARCH_CHAT_MODEL is not; set it to the name of a model that {address.GetLeftPart(UriPartial.Authority)} has.");
        string? key = variable("VSEARCH_CHAT_KEY");
        if (WrongKey(key) is { } wrongKey)
            throw Wrong("VSEARCH_CHAT_KEY: " + wrongKey);
        bool sees = variable("VSEARCH_CHAT_VISION")?.Trim().ToLowerInvariant() switch
        {
            null or "" or "0" or "false" or "no" => false,
            "1" or "true" or "yes" => true,
            var other => throw Wrong($"VSEARCH_CHAT_VISION is \"{other}\"; set it to 1 if the model can see pictures, or to 0."),
        };
        // Ollama's own default, 0.8, is for stories; OpenAI's newer models refuse any.
        float? temperature = OpenAiRequest.IsOpenAi(address) ? null : 0.2f;
        return new ChatModelOptions
        {
            Address = address,
            Model = model,
            ApiKey = key,
            Answering = new ModelAnswererOptions { SeesPictures = sees, Temperature = temperature },
        };
    }

    /// <summary>The model and its server, without the key.</summary>
    public override string ToString() => $"{Model} at {Server}";

    private static ChatModelException Wrong(string message) => new(ChatModelFault.Settings, message);

    private static string? WrongAddress(Uri address)
    {
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
            return "the address must begin with http:// or https://.";
        if (address.UserInfo.Length > 0)
            return "the address must not have a user name or password in it; a key goes into VSEARCH_CHAT_KEY.";
        return address.Query.Length > 0 || address.Fragment.Length > 0
            ? "the address must end with its path, such as /v1, without ? or #; a key goes into VSEARCH_CHAT_KEY."
            : null;
    }

    // A line break or a letter beyond ASCII would end in an exception of the HTTP client that quotes the key.
    private static string? WrongKey(string? key) => key is not null && key.Trim().Any(static c => c is <= ' ' or > '~')
        ? "the key has a space, line break or other character that no key has; copy it again."
        : null;

    private static Uri WithPath(Uri address) => address.AbsolutePath == "/"
        ? new Uri(address, "/v1")
        : new Uri(address.AbsoluteUri.TrimEnd('/'));

    private static TimeSpan Positive(TimeSpan value, string name) => value > TimeSpan.Zero && value <= TimeSpan.FromHours(24)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} must be above 0 and at most a day.");
}
