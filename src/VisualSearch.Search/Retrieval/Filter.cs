using System.Text;
using System.Text.Json;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Search.Retrieval;

/// <summary>How a <see cref="Filter.Compare"/> compares; the words are those of the filter language.</summary>
public enum FilterOperator
{
    /// <summary><c>eq</c>: equal; text without regard to case.</summary>
    Equal,

    /// <summary><c>gt</c>: greater than.</summary>
    Greater,

    /// <summary><c>gte</c>: greater than or equal.</summary>
    GreaterOrEqual,

    /// <summary><c>lt</c>: less than.</summary>
    Less,

    /// <summary><c>lte</c>: less than or equal.</summary>
    LessOrEqual,
}

/// <summary>
/// A condition on items, the same small language everywhere (HTTP, command line, rules, every store):
/// <c>{"all":[{"field":"tags","eq":"beach"},{"field":"year","gte":2020}]}</c>.
/// </summary>
/// <remarks>
/// <para>Nodes: <c>all</c>, <c>any</c> (lists), <c>not</c> (one filter), or a <c>field</c> with one or more of <c>eq</c>,
/// <c>in</c>, <c>gt</c>, <c>gte</c>, <c>lt</c>, <c>lte</c>, <c>exists</c>; several mean all of them. An empty <c>all</c> lets
/// everything through, an empty <c>any</c> nothing.</para>
/// <para>A field with several values (tags) fits when one of them does. A missing field fits nothing but
/// <c>"exists": false</c> and a <c>not</c>. See <see cref="FilterFields"/> for the fields and for how values compare.</para>
/// </remarks>
public abstract record Filter
{
    private Filter()
    {
    }

    /// <summary>Whether the filter lets an item through: the definition that every store's own evaluation agrees with.</summary>
    /// <param name="record">The item with its asset.</param>
    public abstract bool Matches(ItemRecord record);

    /// <summary>Reads a filter, such as the <c>filter</c> of a search request.</summary>
    /// <param name="json">The filter as JSON.</param>
    /// <param name="path">What errors call the outermost filter.</param>
    /// <exception cref="FilterException">It does not follow the language or exceeds a limit; says where.</exception>
    public static Filter Parse(JsonElement json, string path = "filter") => new FilterParser().Parse(json, path, 1);

    /// <summary>Reads a filter from JSON text, such as the command line's <c>--filter</c>.</summary>
    /// <param name="json">The filter as JSON text.</param>
    /// <param name="path">What errors call the outermost filter.</param>
    /// <exception cref="FilterException">It is no JSON, does not follow the language or exceeds a limit; says where.</exception>
    public static Filter Parse(string json, string path = "filter")
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return Parse(document.RootElement, path);
        }
        catch (JsonException invalid)
        {
            throw new FilterException(path, $"not valid JSON ({invalid.Message}); expected something like " +
                """{"field":"tags","eq":"beach"}""");
        }
    }

    /// <summary>The filter as JSON of the filter language; parsing it gives an equal filter.</summary>
    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            WriteTo(writer);
        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    /// <summary>Writes the filter as JSON of the filter language.</summary>
    /// <param name="writer">Where to.</param>
    public abstract void WriteTo(Utf8JsonWriter writer);

    /// <summary>Lets an item through when every filter does.</summary>
    /// <param name="Filters">The filters; none lets everything through.</param>
    public sealed record All(IReadOnlyList<Filter> Filters) : Filter
    {
        /// <inheritdoc/>
        public override bool Matches(ItemRecord record)
        {
            foreach (Filter filter in Filters)
                if (!filter.Matches(record))
                    return false;
            return true;
        }

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer) => WriteList(writer, "all", Filters);
    }

    /// <summary>Lets an item through when at least one filter does.</summary>
    /// <param name="Filters">The filters; none lets nothing through.</param>
    public sealed record Any(IReadOnlyList<Filter> Filters) : Filter
    {
        /// <inheritdoc/>
        public override bool Matches(ItemRecord record)
        {
            foreach (Filter filter in Filters)
                if (filter.Matches(record))
                    return true;
            return false;
        }

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer) => WriteList(writer, "any", Filters);
    }

    /// <summary>Lets an item through when the other filter does not.</summary>
    /// <param name="Inner">The other filter.</param>
    public sealed record Not(Filter Inner) : Filter
    {
        /// <inheritdoc/>
        public override bool Matches(ItemRecord record) => !Inner.Matches(record);

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            ArgumentNullException.ThrowIfNull(writer);
            writer.WriteStartObject();
            writer.WritePropertyName("not");
            Inner.WriteTo(writer);
            writer.WriteEndObject();
        }
    }

    /// <summary>Compares a field with a value.</summary>
    /// <param name="Field">A built-in field or a payload field.</param>
    /// <param name="Operator">How to compare; a truth value can only be tested for equality.</param>
    /// <param name="Value">The value to compare with.</param>
    public sealed record Compare(string Field, FilterOperator Operator, FieldValue Value) : Filter
    {
        /// <inheritdoc/>
        public override bool Matches(ItemRecord record)
        {
            var operand = new FilterOperand(Value);
            foreach (FieldValue value in FilterFields.Values(record, Field))
                if (operand.Accepts(Operator, value))
                    return true;
            return false;
        }

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            ArgumentNullException.ThrowIfNull(writer);
            writer.WriteStartObject();
            writer.WriteString("field", Field);
            writer.WritePropertyName(FilterParser.Word(Operator));
            JsonSerializer.Serialize(writer, Value);
            writer.WriteEndObject();
        }
    }

    /// <summary>Lets an item through when its field equals one of several values.</summary>
    /// <param name="Field">A built-in field or a payload field.</param>
    /// <param name="Values">The values; none lets nothing through.</param>
    public sealed record In(string Field, IReadOnlyList<FieldValue> Values) : Filter
    {
        /// <inheritdoc/>
        public override bool Matches(ItemRecord record)
        {
            foreach (FieldValue value in FilterFields.Values(record, Field))
                foreach (FieldValue wanted in Values)
                    if (new FilterOperand(wanted).Accepts(FilterOperator.Equal, value))
                        return true;
            return false;
        }

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            ArgumentNullException.ThrowIfNull(writer);
            writer.WriteStartObject();
            writer.WriteString("field", Field);
            writer.WriteStartArray("in");
            foreach (FieldValue value in Values)
                JsonSerializer.Serialize(writer, value);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
    }

    /// <summary>Lets an item through when it has the field, or when it has not.</summary>
    /// <param name="Field">A built-in field or a payload field.</param>
    /// <param name="Present">True to ask for items that have it.</param>
    public sealed record Exists(string Field, bool Present = true) : Filter
    {
        /// <inheritdoc/>
        public override bool Matches(ItemRecord record) => FilterFields.Values(record, Field).Count > 0 == Present;

        /// <inheritdoc/>
        public override void WriteTo(Utf8JsonWriter writer)
        {
            ArgumentNullException.ThrowIfNull(writer);
            writer.WriteStartObject();
            writer.WriteString("field", Field);
            writer.WriteBoolean("exists", Present);
            writer.WriteEndObject();
        }
    }

    private static void WriteList(Utf8JsonWriter writer, string word, IReadOnlyList<Filter> filters)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteStartArray(word);
        foreach (Filter filter in filters)
            filter.WriteTo(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
