using System.Text.Json;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Tests.Retrieval;

public sealed class FilterParserTests
{
    [Theory]
    [InlineData("""{"all":[{"field":"tags","eq":"beach"},{"field":"year","gte":2020}]}""")]
    [InlineData("""{"any":[]}""")]
    [InlineData("""{"not":{"field":"camera","exists":true}}""")]
    [InlineData("""{"field":"format","in":["jpeg","png",3,true]}""")]
    [InlineData("""{"all":[{"any":[{"field":"a","lt":1.5},{"field":"b","lte":"x"}]},{"not":{"not":{"field":"c","gt":-1}}}]}""")]
    [InlineData("""{"field":"title","eq":"a \"quoted\" título 🏖"}""")]
    public void A_filter_is_read_and_written_back_the_same(string json)
    {
        Filter filter = Filter.Parse(json);
        using JsonDocument expected = JsonDocument.Parse(json), written = JsonDocument.Parse(filter.ToJson());
        Assert.True(JsonElement.DeepEquals(expected.RootElement, written.RootElement), filter.ToJson());
    }

    [Fact]
    public void Several_operators_of_one_field_mean_all_of_them() =>
        Assert.Equal("""{"all":[{"field":"year","gte":2019},{"field":"year","lt":2021}]}""", Filter.Parse("""{"field":"year","gte":2019,"lt":2021}""").ToJson());

    [Theory]
    [InlineData("""[]""", "filter", "not a filter")]
    [InlineData("""null""", "filter", "not a filter")]
    [InlineData("""{}""", "filter", "found nothing")]
    [InlineData("""not json""", "filter", "not valid JSON")]
    [InlineData("""{"all":{}}""", "filter.all", "not a list")]
    [InlineData("""{"all":[{"field":"a","eq":1},{"any":[3]}]}""", "filter.all[1].any[0]", "3 is not a filter")]
    [InlineData("""{"all":[],"any":[]}""", "filter", "'all', 'any'")]
    [InlineData("""{"not":[]}""", "filter.not", "not a filter")]
    [InlineData("""{"field":"a"}""", "filter", "no operator")]
    [InlineData("""{"eq":1}""", "filter", "'eq'")]
    [InlineData("""{"field":"a","equals":1}""", "filter.equals", "not an operator")]
    [InlineData("""{"field":"","eq":1}""", "filter.field", "1 to")]
    [InlineData("""{"field":7,"eq":1}""", "filter.field", "7 is not the name")]
    [InlineData("""{"all":[{"field":"year","eq":1},{"field":"year","gte":true}]}""", "filter.all[1].gte", "no order")]
    [InlineData("""{"field":"a","eq":null}""", "filter.eq", "exists")]
    [InlineData("""{"field":"a","eq":[1]}""", "filter.eq", "[1] is not")]
    [InlineData("""{"field":"a","eq":1e999}""", "filter.eq", "1e999")]
    [InlineData("""{"field":"a","eq":"\ud800"}""", "filter.eq", "is not a text")]
    [InlineData("""{"field":"a","in":"x"}""", "filter.in", "use eq")]
    [InlineData("""{"field":"a","in":["x",{}]}""", "filter.in[1]", "{} is not")]
    [InlineData("""{"field":"a","exists":1}""", "filter.exists", "neither true nor false")]
    [InlineData("""{"field":"a","eq":1,"eq":2}""", "filter.eq", "given twice")]
    public void A_mistake_is_refused_saying_where(string json, string path, string reason)
    {
        FilterException refused = Assert.Throws<FilterException>(() => Filter.Parse(json));
        Assert.Equal(path, refused.JsonPath);
        Assert.StartsWith(path + ": ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_bound_what_one_filter_can_cost()
    {
        string Nested(int depth) => depth == 1 ? """{"field":"a","eq":1}""" : $$"""{"not":{{Nested(depth - 1)}}}""";
        Filter.Parse(Nested(16));
        Assert.Contains("16 levels", Assert.Throws<FilterException>(() => Filter.Parse(Nested(17))).Message, StringComparison.Ordinal);

        string Wide(int count) => $$"""{"any":[{{string.Join(",", Enumerable.Repeat("""{"field":"a","eq":1}""", count))}}]}""";
        Filter.Parse(Wide(255));
        Assert.Contains("256 conditions", Assert.Throws<FilterException>(() => Filter.Parse(Wide(256))).Message, StringComparison.Ordinal);

        string Listed(int count) => $$"""{"field":"a","in":[{{string.Join(",", Enumerable.Range(0, count))}}]}""";
        Filter.Parse(Listed(1000));
        Assert.Equal("filter.in", Assert.Throws<FilterException>(() => Filter.Parse(Listed(1001))).JsonPath);

        string Long(int length) => $$"""{"field":"a","eq":"{{new string('x', length)}}"}""";
        Filter.Parse(Long(4096));
        Assert.Equal("filter.eq", Assert.Throws<FilterException>(() => Filter.Parse(Long(4097))).JsonPath);
    }

    [Fact]
    public void The_outermost_filter_is_called_as_the_caller_says() =>
        Assert.Equal("rules[3].when.all", Assert.Throws<FilterException>(() => Filter.Parse("""{"all":1}""", "rules[3].when")).JsonPath);
}
