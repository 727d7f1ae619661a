using VisualSearch.Search.Ranking;

namespace VisualSearch.Tests.Ranking;

public sealed class BusinessRulesTests
{
    [Fact]
    public void A_file_says_what_to_block_hide_pin_and_boost()
    {
        BusinessRules rules = BusinessRules.Parse(
            """
            // Reviewed in May.
            {"rules": [
              {"name": "internal", "block": {"field": "tags", "eq": "internal"}},
              {"hide": {"field": "title", "eq": "old"}, "when": {"words": "Boats"}},
              {"name": "hero", "pin": {"field": "path", "in": ["a.jpg", "b.jpg"]}, "position": 3, "limit": 2},
              {"name": "newer", "boost": {"field": "year", "gte": 2024}, "factor": 1.5},
            ]}
            """);
        Assert.Equal([RuleAction.Block, RuleAction.Hide, RuleAction.Pin, RuleAction.Boost], rules.Rules.Select(rule => rule.Action));
        Assert.Equal("hide rules[1]", rules.Rules[1].Name);
        Assert.Equal((3, 2), (rules.Rules[2].Position, rules.Rules[2].Limit));
        Assert.Equal(1.5, rules.Rules[3].Factor);
    }

    [Theory]
    [InlineData("[]", "", "expected an object")]
    [InlineData("{\"rules\": 3}", "rules", "expected a list")]
    [InlineData("{\"rule\": []}", "rule", "unknown")]
    [InlineData("{\"rules\": [7]}", "rules[0]", "expected an object")]
    [InlineData("{\"rules\": [{}]}", "rules[0]", "none of block")]
    [InlineData("{\"rules\": [{\"hide\":{\"field\":\"a\",\"eq\":1},\"block\":{\"field\":\"a\",\"eq\":1}}]}", "rules[0]", "block and hide")]
    [InlineData("{\"rules\": [{\"hide\":{\"all\":[{\"field\":\"a\",\"gt\":null}]}}]}", "rules[0].hide.all[0].gt", "null")]
    [InlineData("{\"rules\": [{\"block\":{\"field\":\"a\",\"eq\":1},\"when\":{\"words\":\"x\"}}]}", "rules[0].when", "unknown for 'block'")]
    [InlineData("{\"rules\": [{\"boost\":{\"field\":\"a\",\"eq\":1}}]}", "rules[0].factor", "missing")]
    [InlineData("{\"rules\": [{\"boost\":{\"field\":\"a\",\"eq\":1},\"factor\":-2}]}", "rules[0].factor", "-2")]
    [InlineData("{\"rules\": [{\"boost\":{\"field\":\"a\",\"eq\":1},\"factor\":\"2\"}]}", "rules[0].factor", "\"2\"")]
    [InlineData("{\"rules\": [{\"pin\":{\"field\":\"a\",\"eq\":1},\"position\":0}]}", "rules[0].position", "1 to 1000")]
    [InlineData("{\"rules\": [{\"pin\":{\"field\":\"a\",\"eq\":1},\"limit\":1.5}]}", "rules[0].limit", "1.5")]
    [InlineData("{\"rules\": [{\"hide\":{\"field\":\"a\",\"eq\":1},\"when\":{\"text\":\"x\"}}]}", "rules[0].when", "words")]
    [InlineData("{\"rules\": [{\"hide\":{\"field\":\"a\",\"eq\":1},\"when\":{\"words\":\"--\"}}]}", "rules[0].when.words", "no word")]
    [InlineData("{\"rules\": [{\"name\":\"\",\"hide\":{\"field\":\"a\",\"eq\":1}}]}", "rules[0].name", "empty")]
    [InlineData("{\"rules\": [{\"hide\":{\"field\":\"a\",\"eq\":1},\"name\":\"a\",\"name\":\"b\"}]}", "rules[0].name", "twice")]
    [InlineData("{\"rules\": [", "", "not valid JSON")]
    [InlineData("{\"\\ud800\": []}", "", "no valid text")]
    public void A_wrong_rule_is_named_by_its_path(string json, string path, string reason)
    {
        BusinessRulesException wrong = Assert.Throws<BusinessRulesException>(() => BusinessRules.Parse(json, "my-rules.json"));
        Assert.Equal(path, wrong.JsonPath);
        Assert.StartsWith(path.Length == 0 ? "my-rules.json: " : $"my-rules.json: {path}: ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(reason, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        BusinessRulesException missing = Assert.Throws<BusinessRulesException>(() => BusinessRules.Load("/nowhere/rules.json"));
        Assert.Contains("/nowhere/rules.json", missing.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("two red boats", true)]
    [InlineData("Red boat", true)]
    [InlineData("red car", false)]
    [InlineData(null, false)]
    public void Words_narrow_a_rule_to_queries_that_have_them_all(string? text, bool applies)
    {
        BusinessRules rules = BusinessRules.Parse("""{"rules":[{"hide":{"field":"title","eq":"x"},"when":{"words":"red boats"}}]}""");
        Assert.Equal(!applies, rules.For(text).Allows(Vectors.Candidate(1, title: "x").Record!));
    }

    [Fact]
    public void Pins_take_their_places_and_others_fill_the_gaps()
    {
        List<Candidate> list = [.. Enumerable.Range(1, 8).Select(id => Vectors.Candidate(id))];
        list[6].Pin = 0;
        list[2].Pin = 2;
        list[4].Pin = 2;
        list[7].Pin = 100;
        // 7 has the first free place, 3 and 5 compete for place 2, 8 comes last because there is no place 100.
        Assert.Equal([7, 3, 5, 1, 2, 4, 6, 8], BusinessRules.None.For(null).Apply(list).Select(candidate => candidate.ItemId));
    }

    [Fact]
    public void The_last_stage_drops_what_must_not_be_seen_even_if_pinned_or_unknown()
    {
        BusinessRules rules = BusinessRules.Parse("""{"rules":[{"block":{"field":"title","eq":"secret"}}]}""");
        Candidate secret = Vectors.Candidate(1, title: "secret"), pinned = Vectors.Candidate(2, title: "Secret"), open = Vectors.Candidate(3, title: "open");
        pinned.Pin = 1;
        Assert.Equal([3], rules.For("anything").Apply([secret, pinned, open, new Candidate(4)]).Select(candidate => candidate.ItemId));
    }

    [Fact]
    public void Boosts_multiply_and_reorder_and_lift_negative_scores_too()
    {
        BusinessRules rules = BusinessRules.Parse(
            """{"rules":[{"name":"up","boost":{"field":"title","eq":"a"},"factor":2},{"boost":{"field":"title","in":["a","b"]},"factor":2}]}""");
        Candidate far = Vectors.Candidate(1, -0.4, title: "a"), near = Vectors.Candidate(2, 0.5, title: "b"), other = Vectors.Candidate(3, 0.7);
        List<Candidate> boosted = rules.For(null).Boost([other, near, far]);
        Assert.Equal([2, 3, 1], boosted.Select(candidate => candidate.ItemId));
        Assert.Equal([1.0, 0.7, -0.1], boosted.Select(candidate => candidate.Relevance), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(4, far.Explanation!.Boost);
        Assert.Contains("up", far.Explanation.Rules);
    }
}
