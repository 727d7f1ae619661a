using System.Text.Json;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Tests.Catalog;

public sealed class FieldValueTests
{
    [Theory]
    [InlineData("\"2019\"", FieldKind.Text, "2019")]
    [InlineData("2019", FieldKind.Number, "2019")]
    [InlineData("2019.0", FieldKind.Number, "2019")]
    [InlineData("-0.0", FieldKind.Number, "0")]
    [InlineData("1e300", FieldKind.Number, "1E+300")]
    [InlineData("0.1", FieldKind.Number, "0.1")]
    [InlineData("true", FieldKind.Boolean, "true")]
    [InlineData("false", FieldKind.Boolean, "false")]
    [InlineData("\"\"", FieldKind.Text, "")]
    public void A_json_scalar_is_read_and_written(string json, FieldKind kind, string text)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.True(FieldValue.TryFrom(document.RootElement, out FieldValue value));
        Assert.Equal(kind, value.Kind);
        Assert.Equal(text, value.ToString());
        Assert.Equal(value, JsonSerializer.Deserialize<FieldValue>(json));
        Assert.Equal(value, JsonSerializer.Deserialize<FieldValue>(JsonSerializer.Serialize(value)));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("1e999")]
    public void What_is_no_scalar_is_refused(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        Assert.False(FieldValue.TryFrom(document.RootElement, out _));
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<FieldValue>(json));
    }

    [Fact]
    public void Values_of_different_types_differ_and_refuse_to_be_read_as_another()
    {
        FieldValue[] values = ["1", 1, true, "", 0, false, default];
        for (int i = 0; i < values.Length; i++)
            for (int j = 0; j < values.Length; j++)
                Assert.Equal(i == j || (i is 3 or 6 && j is 3 or 6), values[i] == values[j]);
        Assert.Throws<InvalidOperationException>(() => values[0].Number);
        Assert.Throws<InvalidOperationException>(() => values[1].Text);
        Assert.Throws<InvalidOperationException>(() => values[1].Boolean);
        Assert.Throws<ArgumentOutOfRangeException>(() => FieldValue.From(double.NaN));
    }
}
