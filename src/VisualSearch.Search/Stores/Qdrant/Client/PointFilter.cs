using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <summary>
/// A filter as Qdrant has it: all of <see cref="Must"/>, at least one of <see cref="Should"/> (where there are any), none of
/// <see cref="MustNot"/>, and at least <see cref="MinShouldCount"/> of <see cref="MinShould"/>. It is a condition itself, so filters nest.
/// </summary>
[JsonConverter(typeof(PointConditionConverter<PointFilter>))]
public sealed record PointFilter : PointCondition
{
    /// <summary>Conditions that all hold.</summary>
    public IReadOnlyList<PointCondition> Must { get; init; } = [];

    /// <summary>Conditions of which at least one holds; none asks nothing.</summary>
    public IReadOnlyList<PointCondition> Should { get; init; } = [];

    /// <summary>Conditions of which none holds.</summary>
    public IReadOnlyList<PointCondition> MustNot { get; init; } = [];

    /// <summary>Conditions of which at least <see cref="MinShouldCount"/> hold; none asks nothing.</summary>
    public IReadOnlyList<PointCondition> MinShould { get; init; } = [];

    /// <summary>How many of <see cref="MinShould"/>, at least 1.</summary>
    public int MinShouldCount { get; init; } = 1;

    /// <inheritdoc/>
    public override void WriteTo(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        WriteList(writer, "must", Must);
        WriteList(writer, "should", Should);
        WriteList(writer, "must_not", MustNot);
        if (MinShould.Count > 0)
        {
            writer.WriteStartObject("min_should");
            WriteList(writer, "conditions", MinShould);
            writer.WriteNumber("min_count", MinShouldCount);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter writer, string name, IReadOnlyList<PointCondition> conditions)
    {
        if (conditions.Count == 0)
            return;
        writer.WriteStartArray(name);
        foreach (PointCondition condition in conditions)
            condition.WriteTo(writer);
        writer.WriteEndArray();
    }
}

/// <summary>One condition of a <see cref="PointFilter"/>. Keys are Qdrant's JSON paths: <c>a.b</c>, <c>list[].b</c>, <c>"quoted".b</c>.</summary>
[JsonConverter(typeof(PointConditionConverter<PointCondition>))]
public abstract record PointCondition
{
    private protected PointCondition()
    {
    }

    /// <summary>Writes the condition as Qdrant's JSON.</summary>
    /// <param name="writer">Where to.</param>
    public abstract void WriteTo(Utf8JsonWriter writer);

    /// <summary>A text at the key is one of these, exactly.</summary>
    /// <param name="Key">The payload key.</param>
    /// <param name="Texts">The texts; none fits nothing. One that comes twice is written once.</param>
    public sealed record MatchText(string Key, IReadOnlyCollection<string> Texts) : PointCondition
    {
        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer) => WriteMatch(writer, Key, match =>
        {
            string[] distinct = [.. Texts.Distinct(StringComparer.Ordinal)];
            if (distinct.Length == 1)
            {
                match.WriteString("value", distinct[0]);
                return;
            }
            match.WriteStartArray("any");
            foreach (string text in distinct)
                match.WriteStringValue(text);
            match.WriteEndArray();
        });
    }

    /// <summary>A text at the key is none of these.</summary>
    /// <param name="Key">The payload key.</param>
    /// <param name="Texts">The texts. One that comes twice is written once.</param>
    public sealed record MatchExcept(string Key, IReadOnlyCollection<string> Texts) : PointCondition
    {
        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer) => WriteMatch(writer, Key, match =>
        {
            match.WriteStartArray("except");
            foreach (string text in Texts.Distinct(StringComparer.Ordinal))
                match.WriteStringValue(text);
            match.WriteEndArray();
        });
    }

    /// <summary>A whole number at the key is one of these.</summary>
    /// <param name="Key">The payload key.</param>
    /// <param name="Numbers">The numbers; none fits nothing. One that comes twice is written once.</param>
    public sealed record MatchInteger(string Key, IReadOnlyCollection<long> Numbers) : PointCondition
    {
        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer) => WriteMatch(writer, Key, match =>
        {
            match.WriteStartArray("any");
            foreach (long number in Numbers.Distinct())
                match.WriteNumberValue(number);
            match.WriteEndArray();
        });
    }

    /// <summary>A truth value at the key is this one.</summary>
    /// <param name="Key">The payload key.</param>
    /// <param name="Value">The truth value.</param>
    public sealed record MatchBoolean(string Key, bool Value) : PointCondition
    {
        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer) => WriteMatch(writer, Key, match => match.WriteBoolean("value", Value));
    }

    /// <summary>The words are all in a text at the key.</summary>
    /// <param name="Key">The payload key.</param>
    /// <param name="Words">The words.</param>
    public sealed record MatchWords(string Key, string Words) : PointCondition
    {
        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer) => WriteMatch(writer, Key, match => match.WriteString("text", Words));
    }

    /// <summary>A number at the key lies in a range.</summary>
    /// <param name="Key">The payload key.</param>
    public sealed record NumberRange(string Key) : PointCondition
    {
        /// <summary>Greater than this.</summary>
        public double? Greater { get; init; }

        /// <summary>Greater than or equal to this.</summary>
        public double? GreaterOrEqual { get; init; }

        /// <summary>Less than this.</summary>
        public double? Less { get; init; }

        /// <summary>Less than or equal to this.</summary>
        public double? LessOrEqual { get; init; }

        /// <summary>Exactly one number.</summary>
        /// <param name="key">The payload key.</param>
        /// <param name="number">The number.</param>
        public static NumberRange Exactly(string key, double number) => new(key) { GreaterOrEqual = number, LessOrEqual = number };

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer) => WriteField(writer, Key, field =>
        {
            field.WriteStartObject("range");
            WriteBound(field, "gt", Greater);
            WriteBound(field, "gte", GreaterOrEqual);
            WriteBound(field, "lt", Less);
            WriteBound(field, "lte", LessOrEqual);
            field.WriteEndObject();
        });

        private static void WriteBound(Utf8JsonWriter writer, string name, double? bound)
        {
            if (bound is double number)
                writer.WriteNumber(name, number);
        }
    }

    /// <summary>A time at the key lies in a range.</summary>
    /// <param name="Key">The payload key.</param>
    public sealed record TimeRange(string Key) : PointCondition
    {
        /// <summary>At this time or later.</summary>
        public DateTimeOffset? From { get; init; }

        /// <summary>Before this time.</summary>
        public DateTimeOffset? Before { get; init; }

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer) => WriteField(writer, Key, field =>
        {
            field.WriteStartObject("range");
            if (From is { } from)
                field.WriteString("gte", from.UtcDateTime);
            if (Before is { } before)
                field.WriteString("lt", before.UtcDateTime);
            field.WriteEndObject();
        });
    }

    /// <summary>The key is missing, null, or an empty list. An empty text is none of these.</summary>
    /// <param name="Key">The payload key.</param>
    public sealed record IsEmpty(string Key) : PointCondition
    {
        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer) => WriteKeyOf(writer, "is_empty", Key);
    }

    /// <summary>The value at the key is null.</summary>
    /// <param name="Key">The payload key.</param>
    public sealed record IsNull(string Key) : PointCondition
    {
        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer) => WriteKeyOf(writer, "is_null", Key);
    }

    /// <summary>The point's id is one of these.</summary>
    /// <param name="Ids">The ids; none fits nothing. One that comes twice is written once.</param>
    public sealed record HasId(IReadOnlyCollection<ulong> Ids) : PointCondition
    {
        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            ArgumentNullException.ThrowIfNull(writer);
            writer.WriteStartObject();
            writer.WriteStartArray("has_id");
            foreach (ulong id in Ids.Distinct())
                writer.WriteNumberValue(id);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    /// <summary>The point has this vector.</summary>
    /// <param name="Vector">The vector's name.</param>
    public sealed record HasVector(string Vector) : PointCondition
    {
        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            ArgumentNullException.ThrowIfNull(writer);
            writer.WriteStartObject();
            writer.WriteString("has_vector", Vector);
            writer.WriteEndObject();
        }
    }

    /// <summary>One object of the list at the key fits the whole filter; keys in it begin at that object.</summary>
    /// <param name="Key">The payload key of the list.</param>
    /// <param name="Filter">The filter; Qdrant allows no <see cref="HasId"/> in it.</param>
    public sealed record Nested(string Key, PointFilter Filter) : PointCondition
    {
        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            ArgumentNullException.ThrowIfNull(writer);
            writer.WriteStartObject();
            writer.WriteStartObject("nested");
            writer.WriteString("key", Key);
            writer.WritePropertyName("filter");
            Filter.WriteTo(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
    }

    private static void WriteField(Utf8JsonWriter writer, string key, Action<Utf8JsonWriter> condition)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("key", key);
        condition(writer);
        writer.WriteEndObject();
    }

    private static void WriteMatch(Utf8JsonWriter writer, string key, Action<Utf8JsonWriter> match) => WriteField(writer, key, field =>
    {
        field.WriteStartObject("match");
        match(field);
        field.WriteEndObject();
    });

    private static void WriteKeyOf(Utf8JsonWriter writer, string word, string key)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteStartObject(word);
        writer.WriteString("key", key);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}

/// <summary>Writes conditions; there is no call that sends one back.</summary>
/// <typeparam name="T">The condition's type.</typeparam>
internal sealed class PointConditionConverter<T> : JsonConverter<T>
    where T : PointCondition
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Qdrant sends no filters back.");

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => value.WriteTo(writer);
}
