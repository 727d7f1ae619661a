using VisualSearch.Search.Evaluation;

namespace VisualSearch.Tests.Evaluation;

public sealed class JudgedQueriesTests
{
    [Fact]
    public void Judgements_are_read_and_written_alike()
    {
        string[] lines = ["t1 0 pictures/000001.jpg 3", "t1 0 pictures/000002.jpg 0", "p1 0 pictures/000001.jpg 1"];
        Qrels qrels = Qrels.Read(["t1\t0\tpictures/000001.jpg   3", "", .. lines[1..]], "qrels.txt");
        Assert.Equal(lines, qrels.ToLines());
        Assert.Equal(["t1", "p1"], qrels.Queries);
        Assert.Equal(3, qrels.Of("t1")["pictures/000001.jpg"]);
        Assert.Empty(qrels.Of("unknown"));
    }

    [Theory]
    [InlineData("t1 0 a.jpg", "3 parts")]
    [InlineData("t1 0 a b.jpg 1", "5 parts")]
    [InlineData("t1 0 a.jpg 1.5", "'1.5'")]
    [InlineData("t1 0 a.jpg 1000", "'1000'")]
    [InlineData("x 0 y 1", "second time")]
    public void A_wrong_judgement_is_named_by_file_and_line(string line, string reason)
    {
        EvaluationException wrong = Assert.Throws<EvaluationException>(() => Qrels.Read(["x 0 y 2", "", line], "my/qrels.txt"));
        Assert.StartsWith("my/qrels.txt, line 3: ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(reason, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Queries_of_every_kind_are_read()
    {
        IReadOnlyList<JudgedQuery> queries = JudgedQueries.Read(
            [
                """{"id":"t1","kind":"text","text":"two red boats"}""",
                "",
                """{"id":"p1","kind":"picture","picture":"queries/p1.jpg"}""",
                """{"id":"c1","kind":"crop","picture":"pictures/000007.jpg","crop":[0.25,0.5,0.5,0.25]}""",
            ],
            "queries.jsonl", Qrels.Read(["t1 0 a 1", "p1 0 a 2", "c1 0 a 3"], "qrels.txt"));
        Assert.Equal([JudgedQueryKind.Text, JudgedQueryKind.Picture, JudgedQueryKind.Crop], queries.Select(query => query.Kind));
        Assert.Equal("two red boats", queries[0].Text);
        Assert.Equal("queries/p1.jpg", queries[1].Picture);
        Assert.Equal(0.25, queries[2].Crop!.Value.Height);
    }

    [Theory]
    [InlineData("nonsense", "not valid JSON")]
    [InlineData("[]", "expected an object")]
    [InlineData("""{"kind":"text","text":"a"}""", "'id'")]
    [InlineData("""{"id":"q","kind":"sound"}""", "sound")]
    [InlineData("""{"id":"q","kind":"text"}""", "'text'")]
    [InlineData("""{"id":"q","kind":"picture","picture":"../secret.jpg"}""", "../secret.jpg")]
    [InlineData("""{"id":"q","kind":"picture","picture":"/etc/a.jpg"}""", "/etc/a.jpg")]
    [InlineData("""{"id":"q","kind":"crop","picture":"a.jpg"}""", "four numbers")]
    [InlineData("""{"id":"q","kind":"crop","picture":"a.jpg","crop":[0,0,2,1]}""", "crop")]
    [InlineData("""{"id":"first","kind":"text","text":"a"}""", "comes twice")]
    [InlineData("""{"id":"unjudged","kind":"text","text":"a"}""", "no document")]
    public void A_wrong_query_is_named_by_file_and_line(string line, string reason)
    {
        Qrels qrels = Qrels.Read(["first 0 a 1", "q 0 a 1", "unjudged 0 a 0"], "qrels.txt");
        EvaluationException wrong = Assert.Throws<EvaluationException>(() =>
            JudgedQueries.Read(["""{"id":"first","kind":"text","text":"a"}""", line], "queries.jsonl", qrels));
        Assert.StartsWith("queries.jsonl, line 2: ", wrong.Message, StringComparison.Ordinal);
        Assert.Contains(reason, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_judgements_is_named()
    {
        EvaluationException missing = Assert.Throws<EvaluationException>(() => JudgedQueries.Load("/nowhere"));
        Assert.Contains("/nowhere/qrels.txt", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_is_one_object_of_sets()
    {
        EvaluationReport report = new();
        report.Add("samples", new Dictionary<string, double> { ["ndcg10"] = 0.123456, ["p10"] = 1 });
        report.Add("tiny-imagenet", new Dictionary<string, double> { ["zeroShotTop1"] = 0.25 });
        Assert.Equal(
            """{"samples":{"ndcg10":0.1235,"p10":1},"tiny-imagenet":{"zeroShotTop1":0.25}}""",
            report.ToJson().Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal));
    }
}
