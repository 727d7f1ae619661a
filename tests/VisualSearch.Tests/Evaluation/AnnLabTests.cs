using VisualSearch.Ann;
using VisualSearch.Search;
using VisualSearch.Search.Evaluation.Lab;

namespace VisualSearch.Tests.Evaluation;

/// <summary>The Lab's parts against the plainest truth: places in the plane, settings and their limits.</summary>
public sealed class AnnLabTests
{
    private const int Dimension = 12;

    [Fact]
    public void A_node_lies_as_far_from_the_middle_as_it_is_from_the_query_and_alike_nodes_lie_on_one_side()
    {
        // Two tight groups on either side of the query.
        var random = new Random(3);
        using var vectors = new FlatIndex(Dimension, Metric.Cosine);
        float[] query = new float[Dimension];
        query[0] = 1;
        for (ulong id = 0; id < 40; id++)
        {
            float[] vector = new float[Dimension];
            vector[0] = 1;
            vector[1] = id < 20 ? 1 : -1;
            for (int d = 2; d < Dimension; d++)
                vector[d] = (random.NextSingle() - 0.5f) * 0.1f;
            vectors.Add(id, vector);
        }

        ulong[] ids = [.. Enumerable.Range(0, 40).Select(i => (ulong)i)];
        LabNode[] nodes = LabProjection.Around(query, ids, vectors);
        float[] stored = new float[Dimension];
        foreach (LabNode node in nodes)
        {
            Assert.True(vectors.TryGetVector((ulong)node.Id, stored));
            Assert.Equal(1 - stored[0], node.Distance, 1e-5f);
            Assert.InRange(node.Angle, -MathF.PI, MathF.PI);
        }

        double sideOfFirst = Math.Cos(nodes[0].Angle);
        Assert.All(nodes[..20], node => Assert.True(Math.Cos(node.Angle) * sideOfFirst > 0));
        Assert.All(nodes[20..], node => Assert.True(Math.Cos(node.Angle) * sideOfFirst < 0));
        Assert.Equal(nodes, LabProjection.Around(query, ids, vectors));
    }

    [Fact]
    public void One_node_alone_can_be_placed()
    {
        using var vectors = new FlatIndex(2, Metric.Cosine);
        vectors.Add(7, [0, 1]);
        LabNode node = Assert.Single(LabProjection.Around([1, 0], [7], vectors));
        Assert.Equal((7, 1f), (node.Id, node.Distance));
        Assert.True(float.IsFinite(node.Angle));
    }

    [Fact]
    public void Every_family_has_presets_that_build_and_search()
    {
        foreach (LabFamily family in LabFamily.All)
        {
            SortedDictionary<string, int> settings = family.Complete(new Dictionary<string, int>());
            using IVectorIndex index = family.Create(new LabShape(4, Metric.Cosine, CodeKind.None, settings));
            index.Add(1, [1, 0, 0, 0]);
            index.Add(2, [0, 1, 0, 0]);
            var results = new Neighbor[1];
            family.Finish?.Invoke(index);
            Assert.Equal(1, index.Search([0.9f, 0.1f, 0, 0], results, family.Parameters(settings)));
            Assert.Equal(1UL, results[0].Id);
            Assert.True(family.MemoryBytes is null || family.MemoryBytes(index) > 0);
            foreach (LabControl control in family.Controls)
            {
                Assert.InRange(control.Preset, control.Least, control.Most);
                QueryException refused = Assert.Throws<QueryException>(() => family.Complete(new Dictionary<string, int> { [control.Name] = control.Most + 1 }));
                Assert.Equal($"settings.{control.Name}", refused.Field);
            }

            Assert.Throws<QueryException>(() => family.Complete(new Dictionary<string, int> { ["colour"] = 1 }));
        }
    }
}
