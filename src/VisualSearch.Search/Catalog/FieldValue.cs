using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VisualSearch.Search.Catalog;

/// <summary>The three scalar types a payload field can have; the numbers are stored in catalogs and never change.</summary>
public enum FieldKind
{
    /// <summary>Text.</summary>
    Text = 0,

    /// <summary>A finite double.</summary>
    Number = 1,

    /// <summary>True or false.</summary>
    Boolean = 2,
}

/// <summary>A scalar of an asset's payload or of a filter: text, a finite number, or a truth value.</summary>
/// <remarks>The default value is the empty text.</remarks>
[JsonConverter(typeof(FieldValueJsonConverter))]
public readonly struct FieldValue : IEquatable<FieldValue>
{
    private readonly string? text;
    private readonly double number;

    private FieldValue(FieldKind kind, string? text, double number)
    {
        Kind = kind;
        this.text = text;
        this.number = number;
    }

    /// <summary>Which of the three types this is.</summary>
    public FieldKind Kind { get; }

    /// <summary>The text.</summary>
    /// <exception cref="InvalidOperationException">The value is a number or a truth value.</exception>
    public string Text => Kind == FieldKind.Text ? text ?? "" : throw Not(FieldKind.Text);

    /// <summary>The number.</summary>
    /// <exception cref="InvalidOperationException">The value is text or a truth value.</exception>
    public double Number => Kind == FieldKind.Number ? number : throw Not(FieldKind.Number);

    /// <summary>The truth value.</summary>
    /// <exception cref="InvalidOperationException">The value is text or a number.</exception>
    public bool Boolean => Kind == FieldKind.Boolean ? number != 0 : throw Not(FieldKind.Boolean);

    /// <summary>A value that is text.</summary>
    /// <param name="value">Any text; null is refused.</param>
    public static FieldValue From(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new FieldValue(FieldKind.Text, value, 0);
    }

    /// <summary>A value that is a number; minus zero becomes zero.</summary>
    /// <param name="value">A finite number.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is infinite or not a number: JSON can't carry it.</exception>
    public static FieldValue From(double value)
    {
        if (!double.IsFinite(value))
            throw new ArgumentOutOfRangeException(nameof(value), value, "A field's number must be finite.");
        return new FieldValue(FieldKind.Number, null, value == 0 ? 0 : value);
    }

    /// <summary>A value that is true or false.</summary>
    /// <param name="value">The truth value.</param>
    public static FieldValue From(bool value) => new(FieldKind.Boolean, null, value ? 1 : 0);

    /// <summary>Makes text a value.</summary>
    /// <param name="value">Any text; null is refused.</param>
    public static implicit operator FieldValue(string value) => From(value);

    /// <summary>Makes a finite number a value.</summary>
    /// <param name="value">A finite number.</param>
    public static implicit operator FieldValue(double value) => From(value);

    /// <summary>Makes a truth value a field value.</summary>
    /// <param name="value">The truth value.</param>
    public static implicit operator FieldValue(bool value) => From(value);

    /// <summary>Reads a JSON scalar: a string, a number within double range, true or false.</summary>
    /// <param name="json">The JSON value.</param>
    /// <param name="value">The value, when true is returned.</param>
    /// <returns>False for null, an object, an array, or a number outside the range of a double.</returns>
    public static bool TryFrom(JsonElement json, out FieldValue value)
    {
        value = default;
        switch (json.ValueKind)
        {
            case JsonValueKind.String:
                value = From(json.GetString()!);
                return true;
            case JsonValueKind.Number when json.TryGetDouble(out double number) && double.IsFinite(number):
                value = From(number);
                return true;
            case JsonValueKind.True:
            case JsonValueKind.False:
                value = From(json.ValueKind == JsonValueKind.True);
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// The value as text, the same on every machine: a number in the shortest form that reads back equal ("2019", "0.5"),
    /// a truth value as "true" or "false". Facets and equality across types use it.
    /// </summary>
    public override string ToString() => Kind switch
    {
        FieldKind.Number => number.ToString("R", CultureInfo.InvariantCulture),
        FieldKind.Boolean => number != 0 ? "true" : "false",
        _ => text ?? "",
    };

    /// <summary>Equal type and equal value, text by ordinal comparison.</summary>
    /// <param name="other">The value to compare with.</param>
    public bool Equals(FieldValue other) =>
        Kind == other.Kind && number.Equals(other.number) && string.Equals(text ?? "", other.text ?? "", StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FieldValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kind, number, text ?? "");

    /// <summary>Equal type and equal value.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other value.</param>
    public static bool operator ==(FieldValue left, FieldValue right) => left.Equals(right);

    /// <summary>Different type or different value.</summary>
    /// <param name="left">One value.</param>
    /// <param name="right">The other value.</param>
    public static bool operator !=(FieldValue left, FieldValue right) => !left.Equals(right);

    private InvalidOperationException Not(FieldKind wanted) =>
        new($"The field value '{this}' is of type {Kind}, not {wanted}; look at Kind first.");
}

/// <summary>Writes a field value as a JSON scalar, and reads one.</summary>
public sealed class FieldValueJsonConverter : JsonConverter<FieldValue>
{
    /// <inheritdoc/>
    public override FieldValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return FieldValue.From(reader.GetString()!);
            case JsonTokenType.Number when reader.TryGetDouble(out double number) && double.IsFinite(number):
                return FieldValue.From(number);
            case JsonTokenType.True:
            case JsonTokenType.False:
                return FieldValue.From(reader.GetBoolean());
            default:
                throw new JsonException("A field value must be a string, a finite number, true or false.");
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, FieldValue value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (value.Kind)
        {
            case FieldKind.Number:
                writer.WriteNumberValue(value.Number);
                break;
            case FieldKind.Boolean:
                writer.WriteBooleanValue(value.Boolean);
                break;
            default:
                writer.WriteStringValue(value.Text);
                break;
        }
    }
}
