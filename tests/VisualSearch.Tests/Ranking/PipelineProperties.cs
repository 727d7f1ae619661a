using FsCheck;
using FsCheck.Fluent;
using VisualSearch.Search;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Ranking;

namespace VisualSearch.Tests.Ranking;

/// <summary>What holds for every answer, whatever the collection, the rules and the query.</summary>
public sealed class PipelineProperties
{
    private const int Everything = 1000;
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(400);

    [Fact]
    public void A_blocked_item_is_never_shown() => Check(world =>
        world.Pipeline.Search(world.Query).Results.All(result => !Matches(world, RuleAction.Block, result.Record)));

    [Fact]
    public void A_blocked_item_is_never_recommended() => Check(world =>
    {
        long[] ids = [.. world.Store.Records.Select(record => record.Item.Id)];
        if (ids.Length < 3)
            return true;
        RecommendQuery query = new() { Positive = [ids[0], ids[1]], Negative = [ids[2]], K = 50, Diversity = world.Query.Diversity, Collapse = world.Query.Collapse };
        IReadOnlyList<SearchResult> results = world.Pipeline.Recommend(query).Results;
        return results.All(result => !Matches(world, RuleAction.Block, result.Record) && !ids.Take(3).Contains(result.Item.Id));
    });

    [Fact]
    public void A_hidden_item_is_not_shown_to_the_queries_of_its_rule() => Check(world =>
        world.Pipeline.Search(world.Query).Results.All(result => !Matches(world, RuleAction.Hide, result.Record)));

    [Fact]
    public void At_most_one_of_a_duplicate_group_is_shown_when_collapsing() => Check(world =>
    {
        List<Candidate> shown =
        [
            .. world.Pipeline.Search(world.Query with { Collapse = CollapseMode.Duplicates, Offset = 0, K = Everything }).Results
                .Select(result => Vectors.Candidate(result.Item.Id, 0, world.Store.Vector(result.Item.Id), result.Asset.PerceptualHash)),
        ];
        return !shown.Exists(a => shown.Exists(b => a.ItemId < b.ItemId && AreClearlyDuplicates(a, b)));
    });

    [Fact]
    public void At_most_one_item_of_an_asset_is_shown_when_collapsing_by_asset() => Check(world =>
    {
        IReadOnlyList<SearchResult> results = world.Pipeline.Search(world.Query with { Collapse = CollapseMode.Asset, Offset = 0, K = Everything }).Results;
        return results.Select(result => result.Asset.Id).Distinct().Count() == results.Count;
    });

    [Fact]
    public void Pins_come_first_in_the_order_of_their_rules() => Check(world =>
    {
        BusinessRules rules = new([.. world.Rules.Rules.Select(rule => rule with { Position = 0 })]);
        SearchQuery query = world.Query with { Offset = 0, K = Everything, Collapse = CollapseMode.None };
        List<long> expected = [];
        foreach (BusinessRule pin in rules.Rules.Where(rule => rule.Action == RuleAction.Pin && Applies(rule, query)))
        {
            expected.AddRange(world.Store.Records
                .Where(record => pin.Items.Matches(record) && record.Item.Id != query.ImageItemId && query.Filter?.Matches(record) != false &&
                    !Matches(world, RuleAction.Block, record) && !Matches(world, RuleAction.Hide, record))
                .Select(record => record.Item.Id).Order().Take(pin.Limit));
        }

        IEnumerable<long> shown = new SearchPipeline(world.Store, World.Embed, world.Options, rules).Search(query).Results.Select(result => result.Item.Id);
        return shown.Take(expected.Distinct().Count()).SequenceEqual(expected.Distinct());
    });

    [Fact]
    public void Pages_fit_together_without_gap_or_overlap() => Check(world =>
    {
        SearchQuery query = world.Query with { Offset = 0, K = Everything };
        long[] whole = [.. world.Pipeline.Search(query).Results.Select(result => result.Item.Id)];
        List<long> paged = [];
        bool more = true;
        for (int offset = 0; more; offset += 7)
        {
            SearchResponse page = world.Pipeline.Search(query with { Offset = offset, K = 7 });
            paged.AddRange(page.Results.Select(result => result.Item.Id));
            more = page.HasMore;
        }

        return paged.SequenceEqual(whole) && whole.Distinct().Count() == whole.Length;
    });

    [Fact]
    public void Every_item_is_reached_that_nothing_excludes() => Check(world =>
    {
        SearchQuery query = world.Query with { Offset = 0, K = Everything, Collapse = CollapseMode.None, Mode = SearchMode.Visual };
        HashSet<long> shown = [.. world.Pipeline.Search(query).Results.Select(result => result.Item.Id)];
        return shown.SetEquals(world.Store.Records
            .Where(record => query.Filter?.Matches(record) != false && record.Item.Id != query.ImageItemId &&
                !Matches(world, RuleAction.Block, record) && !Matches(world, RuleAction.Hide, record))
            .Select(record => record.Item.Id));
    });

    [Fact]
    public void Only_what_the_filter_lets_through_is_shown_pins_included() => Check(world =>
        world.Pipeline.Search(world.Query).Results.All(result => world.Query.Filter?.Matches(result.Record) != false));

    [Fact]
    public void Visual_results_are_ordered_by_exact_similarity_whatever_the_index_estimated() => Check(world =>
    {
        SearchQuery query = world.Query with { Mode = SearchMode.Visual, Diversity = 0, Offset = 0, Collapse = CollapseMode.None, K = 10 };
        SearchPipeline pipeline = new(world.Store, World.Embed, world.Options with { CandidateWindow = 200 });
        double[] scores = [.. pipeline.Search(query).Results.Select(result => result.Score)];
        return scores.SequenceEqual(scores.OrderDescending());
    });

    [Fact]
    public void Asking_why_changes_nothing() => Check(world =>
    {
        SearchResponse plain = world.Pipeline.Search(world.Query with { Explain = false }), explained = world.Pipeline.Search(world.Query with { Explain = true });
        return plain.Results.Select(Essence).SequenceEqual(explained.Results.Select(Essence)) &&
            plain.Results.All(result => result.Explanation is null) &&
            explained.Results.All(result => result.Explanation is { Steps.Count: > 0 } why && why.FinalScore == result.Score);

        static (long, int, double, int) Essence(SearchResult result) => (result.Item.Id, result.Position, result.Score, result.Match);
    });

    private static void Check(Func<World, bool> holds) => Prop.ForAll(World.All, holds).Check(Many);

    private static bool Applies(BusinessRule rule, SearchQuery query) =>
        rule.Action == RuleAction.Block || rule.Words.All(word => (query.Text ?? "").Split(' ').Contains(word));

    private static bool Matches(World world, RuleAction action, ItemRecord record) =>
        world.Rules.Rules.Any(rule => rule.Action == action && Applies(rule, world.Query) && rule.Items.Matches(record));

    // Rounding may decide either way within a hair of a threshold.
    private static bool AreClearlyDuplicates(Candidate a, Candidate b)
    {
        double cosine = Vectors.Dot(a.Vector!, b.Vector!);
        return CollapseTests.AreDuplicates(a, b) && Math.Abs(cosine - 0.9) > 1e-5 && Math.Abs(cosine - 0.995) > 1e-5;
    }
}
