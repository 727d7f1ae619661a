using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace VisualSearch.Tests.Telemetry;

/// <summary>A factory of meters for one test, and what its instruments were told; those of other tests in the process are not listened to.</summary>
internal sealed class OwnMeters : IMeterFactory
{
    private readonly ConcurrentBag<Meter> _meters = [];
    private readonly MeterListener? _listener;

    public OwnMeters(bool listens = true)
    {
        if (!listens) return;
        _listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, this)) listener.EnableMeasurementEvents(instrument);
            },
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Told.Enqueue(new Told(instrument.Name, value, Text(tags))));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Told.Enqueue(new Told(instrument.Name, value, Text(tags))));
        _listener.Start();
    }

    public ConcurrentQueue<Told> Told { get; } = [];

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        var meter = new Meter(options);
        _meters.Add(meter);
        return meter;
    }

    /// <summary>What an instrument was told with these labels, such as <c>collection=test,outcome=ok</c>.</summary>
    public double[] Of(string instrument, string? labels = null) => [.. Told.Where(told => told.Instrument == instrument && (labels is null || told.Labels == labels)).Select(static told => told.Value)];

    /// <summary>Reads what is observed only when somebody looks.</summary>
    public void Look() => _listener!.RecordObservableInstruments();

    public void Dispose()
    {
        _listener?.Dispose();
        foreach (var meter in _meters) meter.Dispose();
    }

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var parts = new List<string>();
        foreach (var (name, value) in tags) parts.Add($"{name}={value}");
        return string.Join(',', parts);
    }
}

/// <summary>One measurement.</summary>
internal sealed record Told(string Instrument, double Value, string Labels);

/// <summary>Log lines of one test.</summary>
internal sealed class OwnLog : ILoggerFactory, ILoggerProvider
{
    public ConcurrentQueue<Line> Lines { get; } = [];

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, Lines);

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }

    /// <summary>One line with its fields.</summary>
    public sealed record Line(string Category, LogLevel Level, string Text, IReadOnlyDictionary<string, object?> Fields);

    private sealed class Logger(string category, ConcurrentQueue<Line> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var fields = new Dictionary<string, object?>();
            foreach (var (name, value) in state as IEnumerable<KeyValuePair<string, object?>> ?? []) fields[name] = value;
            lines.Enqueue(new Line(category, logLevel, formatter(state, exception), fields));
        }
    }
}
