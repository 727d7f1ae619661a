using FsCheck;
using FsCheck.Fluent;
using VisualSearch.Search;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Retrieval;

namespace VisualSearch.Tests.Ranking;

/// <summary>A random small collection with random rules and a random query: what the properties of the pipeline are tried on.</summary>
internal sealed class World
{
    private const int Dimension = 8;
    private static readonly string[] Words = ["red", "blue", "boat", "house", "tree", "sun"];
    private static readonly string[] Tags = ["beach", "internal", "draft", "hero"];

    private World(Random random, int count)
    {
        Store = new FakeStore(Dimension) { VisualError = id => (id % 7 * 0.002f) - 0.006f };
        float[][] scenes = [.. Enumerable.Range(0, 6).Select(_ => Vectors.Random(random, Dimension))];
        ulong[] hashes = [.. scenes.Select(_ => (ulong)random.NextInt64(1, long.MaxValue))];
        for (int i = 0; i < count; i++)
        {
            int scene = random.Next(scenes.Length);
            double noise = random.Next(3) switch { 0 => 0.01, 1 => 0.3, _ => 1.5 };
            Store.Add(
                Vectors.Near(random, scenes[scene], noise),
                random.Next(4) == 0 ? null : string.Join(' ', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Pick(random, Words))),
                random.Next(5) == 0 ? 0 : hashes[scene] ^ (1ul << random.Next(64)),
                [.. Enumerable.Range(0, random.Next(3)).Select(_ => Pick(random, Tags))],
                random.Next(2000, 2030),
                1 + random.Next(Math.Max(1, count / 2)));
        }

        Rules = new BusinessRules([.. Enumerable.Range(0, random.Next(6)).Select(i => RandomRule(random, i))]);
        Options = new RankingOptions
        {
            Fusion = (FusionMethod)random.Next(3),
            CandidateWindow = 10,
            WindowFactor = random.Next(1, 4),
            DiversityDepth = random.Next(5, 30),
        };
        Query = RandomQuery(random, count);
    }

    public FakeStore Store { get; }

    public BusinessRules Rules { get; }

    public RankingOptions Options { get; }

    public SearchQuery Query { get; }

    public SearchPipeline Pipeline => new(Store, Embed, Options, Rules);

    public static Arbitrary<World> All { get; } = Arb.From(
        from count in Gen.Choose(0, 120)
        from seed in Gen.Choose(0, int.MaxValue)
        select new World(new Random(seed), count));

    /// <summary>Words to vectors: any function will do, as long as it is one.</summary>
    public static float[] Embed(string text) => Vectors.Random(new Random(text.Sum(c => c * 31)), Dimension);

    public override string ToString() =>
        $"{Store.Records.Count()} items; {Query}; {string.Join("; ", Rules.Rules.Select(rule => $"{rule.Action} {rule.Items.ToJson()} {rule.Position}"))}";

    private static BusinessRule RandomRule(Random random, int number) => new()
    {
        Name = $"rule {number}",
        Action = (RuleAction)random.Next(4),
        Items = random.Next(3) switch
        {
            0 => new Filter.Compare("year", FilterOperator.GreaterOrEqual, random.Next(2000, 2030)),
            1 => new Filter.Compare("id", FilterOperator.Equal, random.Next(1, 120)),
            _ => new Filter.Compare("tags", FilterOperator.Equal, Pick(random, Tags)),
        },
        Words = random.Next(3) == 0 ? [Pick(random, Words)] : [],
        Position = random.Next(3) == 0 ? random.Next(1, 15) : 0,
        Limit = random.Next(1, 4),
        Factor = 0.25 + (random.NextDouble() * 3),
    };

    private static SearchQuery RandomQuery(Random random, int count)
    {
        bool hasText = random.Next(3) > 0;
        return new SearchQuery
        {
            Text = hasText ? string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => Pick(random, Words))) : null,
            NegativeText = random.Next(5) == 0 ? Pick(random, Words) : null,
            PictureVector = !hasText || random.Next(3) == 0 ? Vectors.Random(random, Dimension) : null,
            ImageItemId = count > 0 && random.Next(4) == 0 ? random.Next(1, count + 1) : null,
            K = random.Next(1, 40),
            Offset = random.Next(3) == 0 ? random.Next(0, 60) : 0,
            Mode = hasText ? (SearchMode)random.Next(4) : SearchMode.Auto,
            Collapse = (CollapseMode)random.Next(3),
            Diversity = random.Next(2) == 0 ? 0 : random.NextDouble(),
            Filter = random.Next(3) == 0 ? new Filter.Compare("year", FilterOperator.GreaterOrEqual, random.Next(2000, 2030)) : null,
            Explain = random.Next(2) == 0,
        };
    }

    private static string Pick(Random random, string[] words) => words[random.Next(words.Length)];
}
