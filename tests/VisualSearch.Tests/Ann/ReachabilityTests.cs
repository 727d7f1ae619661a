using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann;

/// <summary>
/// Nothing that is in a small index is ever lost to its searches: after each of many random steps, links lead to every node, and each vector
/// finds itself. Equal and nearly equal vectors are the hard ones: codes cannot tell them apart, so lists are pruned at random.
/// </summary>
public sealed class ReachabilityTests : IDisposable
{
    private const int Dimension = 8;
    private const int Ids = 150;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CodeKind.None, 2, "apart")]
    [InlineData(CodeKind.None, 2, "near")]
    [InlineData(CodeKind.None, 16, "equal")]
    [InlineData(CodeKind.Int8, 2, "near")]
    [InlineData(CodeKind.Int8, 2, "equal")]
    [InlineData(CodeKind.Int8, 4, "apart")]
    [InlineData(CodeKind.Int8, 8, "near")]
    [InlineData(CodeKind.Int8, 16, "near")]
    [InlineData(CodeKind.Int4, 4, "near")]
    [InlineData(CodeKind.Int4, 16, "apart")]
    public void After_every_step_all_that_is_there_can_be_found(CodeKind codes, int m, string data)
    {
        for (int seed = 0; seed < 3; seed++)
        {
            var random = new Random(seed);
            var model = new Dictionary<ulong, float[]>();
            var index = new HnswIndex(Dimension, Metric.L2, new HnswOptions { M = m, EfConstruction = 30, Codes = codes });
            for (int step = 0; step < 700; step++)
            {
                string act = Change(ref index, model, random, data);
                HnswStatistics statistics = index.GetStatistics();
                Assert.True(statistics.Unreachable == 0, $"seed {seed}, step {step}, {act}: {statistics}");
                if (step % 10 == 0)
                    AssertFound(index, model, $"seed {seed}, step {step}, {act}");
            }

            index.Dispose();
        }
    }

    private string Change(ref HnswIndex index, Dictionary<ulong, float[]> model, Random random, string data)
    {
        ulong id = (ulong)random.Next(Ids);
        switch (random.Next(100))
        {
            case < 58:
                index.Add(id, model[id] = Vector(random, data));
                return "add";
            case < 94:
                Assert.Equal(model.Remove(id), index.Remove(id));
                return "remove";
            case < 97:
                ulong[] ids = [.. Enumerable.Range(0, 12).Select(_ => (ulong)random.Next(Ids)).Distinct()];
                foreach (ulong one in ids)
                    model[one] = Vector(random, data);
                index.AddRange(ids, [.. ids.SelectMany(one => model[one])], maxDegreeOfParallelism: 3);
                return "add many";
            case 97:
                index.Compact();
                return "compact";
            default:
                index.Save(_folder.File("index"));
                index.Dispose();
                index = HnswIndex.Open(_folder.File("index"));
                return "reopen";
        }
    }

    // Equal vectors may stand for each other, so as many are asked for as are equal.
    private static void AssertFound(HnswIndex index, Dictionary<ulong, float[]> model, string when)
    {
        foreach ((ulong id, float[] vector) in model)
        {
            var results = new Neighbor[model.Values.Count(other => other.AsSpan().SequenceEqual(vector))];
            int found = index.Search(vector, results, new SearchParameters { EfSearch = index.Count });
            Assert.True(found == results.Length && results.Contains(new Neighbor(id, 0)), $"{when}: id {id} does not find itself among {model.Count}");
        }
    }

    private static float[] Vector(Random random, string data)
    {
        int group = random.Next(data == "near" ? 3 : 20);
        return [.. Enumerable.Range(0, Dimension).Select(i => data switch
        {
            "apart" => random.NextSingle(),
            "near" => group + (1e-4f * random.NextSingle()),
            _ => (group >> (i % 5)) & 1,
        })];
    }
}
