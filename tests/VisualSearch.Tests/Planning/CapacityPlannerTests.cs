using System.Globalization;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using VisualSearch.Search;
using VisualSearch.Search.Planning;

namespace VisualSearch.Tests.Planning;

/// <summary>Plans keep to what was asked, need no less for more, and stand on figures that the documents really show.</summary>
public sealed partial class CapacityPlannerTests
{
    private const double GiB = 1L << 30;

    private static readonly CapacityQuestion Usual = new() { Items = 1e9, Dimension = 512, QueriesPerSecond = 5000, P99Milliseconds = 50 };

    [Fact]
    public void Plans_keep_to_memory_cores_time_and_copies()
    {
        Gen<CapacityQuestion> questions =
            from exponent in Gen.Choose(0, 110)
            from dimension in Gen.Choose(8, 2048)
            from queries in Gen.Choose(1, 200_000)
            from p99 in Gen.Choose(12, 200)
            from cores in Gen.Choose(1, 64)
            from memory in Gen.Choose(4, 1024)
            from replicas in Gen.Choose(1, 4)
            from recall in Gen.Elements(TargetRecall.Percent95, TargetRecall.Percent99)
            select new CapacityQuestion
            {
                Items = Math.Pow(10, exponent / 10.0),
                Dimension = dimension,
                QueriesPerSecond = queries,
                P99Milliseconds = p99,
                NodeCores = cores,
                NodeMemoryGiB = memory,
                LeastReplicas = replicas,
                Recall = recall,
            };
        int planned = 0;
        Prop.ForAll(questions.ToArbitrary(), question =>
        {
            CapacityPlan plan;
            try
            {
                plan = CapacityPlanner.Plan(question);
            }
            catch (QueryException refused)
            {
                return refused.Field == "p99";
            }

            planned++;
            return plan.MemoryPerNode <= 0.75 * question.NodeMemoryGiB * GiB && plan.Utilisation <= 0.6 && plan.P99Milliseconds <= question.P99Milliseconds
                && plan.Replicas >= question.LeastReplicas && plan.Shards * plan.VectorsPerShard >= question.Items * 0.999999;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));
        Assert.InRange(planned, 100, int.MaxValue);
    }

    [Theory]
    [InlineData("items")]
    [InlineData("qps")]
    [InlineData("dim")]
    [InlineData("recall")]
    [InlineData("p99")]
    public void More_never_needs_less(string what)
    {
        CapacityQuestion asked = Usual with { QueriesPerSecond = 40_000, P99Milliseconds = 32.4 };
        CapacityQuestion more = what switch
        {
            "items" => asked with { Items = 4e9 },
            "qps" => asked with { QueriesPerSecond = 90_000 },
            "dim" => asked with { Dimension = 768 },
            "recall" => asked with { Recall = TargetRecall.Percent99 },
            _ => asked with { P99Milliseconds = 27.9 },
        };
        Assert.InRange(CapacityPlanner.Plan(more).Nodes, CapacityPlanner.Plan(asked).Nodes, long.MaxValue);
    }

    [Fact]
    public void What_cannot_be_had_names_what_can()
    {
        QueryException refused = Assert.Throws<QueryException>(() => CapacityPlanner.Plan(Usual with { P99Milliseconds = 5 }));
        double least = double.Parse(Number().Match(refused.Message.Split("it is")[1]).Value, CultureInfo.InvariantCulture);
        Assert.Equal("p99", refused.Field);
        Assert.True(CapacityPlanner.Plan(Usual with { P99Milliseconds = least + 0.1 }).P99Milliseconds <= least + 0.1);
        Assert.Throws<QueryException>(() => CapacityPlanner.Plan(Usual with { P99Milliseconds = least - 0.1 }));
    }

    [Theory]
    [InlineData("items", 0)]
    [InlineData("dim", 7)]
    [InlineData("qps", double.NaN)]
    public void Values_out_of_range_are_named(string field, double value)
    {
        CapacityQuestion wrong = field switch { "items" => Usual with { Items = value }, "dim" => Usual with { Dimension = (int)value }, _ => Usual with { QueriesPerSecond = value } };
        Assert.Equal(field, Assert.Throws<QueryException>(() => CapacityPlanner.Plan(wrong)).Field);
    }

    [Theory]
    [InlineData(CodeSize.Int8, 128)]
    [InlineData(CodeSize.Int4, 128)]
    public void Bytes_of_a_vector_are_those_that_a_million_took(CodeSize codes, int dimension) =>
        Assert.InRange(VectorBytes.Of(dimension, codes).Memory * MeasuredFigures.SearchedVectors / (MeasuredFigures.ResidentMiB(codes) * (1 << 20)), 0.95, 1.1);

    [Theory]
    [InlineData(CodeSize.Int8, "visualsearch-hnsw-int8")]
    [InlineData(CodeSize.Int4, "visualsearch-hnsw-int4")]
    public void Figures_are_those_of_the_documents(CodeSize codes, string engine)
    {
        string[] cells = [.. Document("docs", "bench", "ann-million.md").Split('\n').First(line => line.StartsWith($"| {engine} ", StringComparison.Ordinal)).Split('|').Select(static cell => cell.Trim().Replace(",", "", StringComparison.Ordinal))];
        Assert.Equal(cells[3], $"{MeasuredFigures.SearchesPerSecond(codes, TargetRecall.Percent95)}");
        Assert.Equal(cells[4], $"{MeasuredFigures.SearchesPerSecond(codes, TargetRecall.Percent99)}");
        Assert.Equal($"{MeasuredFigures.BuildCoreSeconds(codes) / 2:0.0} (2)", cells[7]);
        Assert.Equal(cells[8], $"{MeasuredFigures.ResidentMiB(codes)}");
    }

    [Fact]
    public void Figures_of_serving_and_indexing_are_those_of_the_readme()
    {
        string readme = Document("README.md");
        Assert.Contains($"text            1     10.6     {MeasuredFigures.RequestP99Milliseconds}", readme, StringComparison.Ordinal);
        Assert.Contains($"{Thousands((MeasuredFigures.RequestsPerCore * 2) + 1)}\n  again           8", readme, StringComparison.Ordinal);
        Assert.Contains($"decode only                {(MeasuredFigures.DecodedPerCore * 2) + 1} files/s", readme, StringComparison.Ordinal);
        Assert.Contains($"**{MeasuredFigures.EmbeddedPerCore}**", Document("models", "default", "README.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_of_the_document_is_what_the_planner_says()
    {
        string[] rows = [.. Document("docs", "scale.md").Split('\n').Where(static line => line.StartsWith("| 1e", StringComparison.Ordinal))];
        Assert.Equal(6, rows.Length);
        foreach (string row in rows)
        {
            string[] cells = [.. row.Split('|').Select(static cell => cell.Trim())];
            CapacityPlan plan = CapacityPlanner.Plan(Usual with { Items = double.Parse(cells[1], CultureInfo.InvariantCulture) });
            string[] planned =
            [
                $"{Thousands(plan.Shards)} × {plan.Replicas}", Thousands(plan.Nodes), string.Create(CultureInfo.InvariantCulture, $"{plan.MemoryPerNode / GiB:0.0} GiB"),
                string.Create(CultureInfo.InvariantCulture, $"{plan.DiskPerNode / GiB:0} GiB"), string.Create(CultureInfo.InvariantCulture, $"{plan.P99Milliseconds:0.0} ms"),
                Thousands(plan.EmbeddingCoreHours), Thousands(plan.BuildCoreHours),
            ];
            Assert.Equal(planned, cells[2..9]);
        }
    }

    private static string Thousands(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Document(params string[] path) => File.ReadAllText(Path.Combine([SharedData.Repository, .. path]));

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();
}
