using System.Globalization;
using VisualSearch.Api.Hosting;
using VisualSearch.Search.Monitoring;

namespace VisualSearch.Api.Telemetry;

/// <summary>The variables that say what is watched, where the command line's options don't.</summary>
public static class MonitorVariables
{
    /// <summary>The variable for <see cref="MonitorOptions.RecallOneIn"/>.</summary>
    public const string RecallOneIn = "VSEARCH_RECALL_ONE_IN";

    /// <summary>The variable for <see cref="MonitorOptions.SlowThreshold"/>, in milliseconds, or <c>off</c>.</summary>
    public const string SlowMs = "VSEARCH_SLOW_MS";

    /// <summary>The variable for <see cref="MonitorOptions.LogQueryText"/>: 1 or 0.</summary>
    public const string LogQueryText = "VSEARCH_LOG_QUERY_TEXT";

    /// <summary>Reads the environment.</summary>
    /// <exception cref="ApiOptionsException">A variable can't be used.</exception>
    public static MonitorOptions FromEnvironment() => From(Environment.GetEnvironmentVariable);

    /// <summary>Reads variables given by a function.</summary>
    /// <param name="variable">A variable's value by its name; null or empty where it is not set.</param>
    /// <exception cref="ApiOptionsException">A variable can't be used; the message says which, and what to do.</exception>
    public static MonitorOptions From(Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var options = new MonitorOptions();
        if (Value(RecallOneIn) is { } oneIn) options = options with { RecallOneIn = ReadRecallOneIn(oneIn, RecallOneIn) };
        if (Value(SlowMs) is { } slow) options = options with { SlowThreshold = ReadSlow(slow, SlowMs) };
        return Value(LogQueryText)?.ToLowerInvariant() switch
        {
            null or "0" or "false" or "no" => options,
            "1" or "true" or "yes" => options with { LogQueryText = true },
            var other => throw new ApiOptionsException($"{LogQueryText} is '{other}'; set it to 1 to have the words of slow searches in the log, or to 0."),
        };

        string? Value(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;
    }

    /// <summary>Reads how many searches one check of recall comes to.</summary>
    /// <param name="text">A whole number.</param>
    /// <param name="name">What the message calls it.</param>
    /// <exception cref="ApiOptionsException">It can't be used.</exception>
    public static int ReadRecallOneIn(string text, string name) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var oneIn) && oneIn <= 1_000_000_000
        ? oneIn
        : throw new ApiOptionsException($"{name} is '{text}'; give a whole number up to 1000000000: one in so many vector searches is checked, 0 for none.");

    /// <summary>Reads the time from which on a search is slow.</summary>
    /// <param name="text">Milliseconds, or <c>off</c>.</param>
    /// <param name="name">What the message calls it.</param>
    /// <exception cref="ApiOptionsException">It can't be used.</exception>
    public static TimeSpan? ReadSlow(string text, string name) => text switch
    {
        "off" => null,
        _ when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= 3_600_000 => TimeSpan.FromMilliseconds(milliseconds),
        _ => throw new ApiOptionsException($"{name} is '{text}'; give milliseconds from 0 to 3600000, or off."),
    };
}
