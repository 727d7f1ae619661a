using FsCheck;
using FsCheck.Fluent;
using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann;

/// <summary>IdSet against SortedSet, over ids dense enough to turn chunks into bitmaps and back.</summary>
public sealed class IdSetTests
{
    private static readonly Gen<ulong> Id = Gen.OneOf(
        Gen.Choose(0, 9000).Select(value => (ulong)value),
        Gen.Choose(65_000, 66_000).Select(value => (ulong)value),
        Gen.Elements(ulong.MaxValue, ulong.MaxValue - 1, 1UL << 40, (1UL << 40) + 65_536));

    [Fact]
    public void It_does_what_a_sorted_set_does() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(60),
        Prop.ForAll(Arb.From(Gen.Zip(Id, Gen.Choose(0, 2)).ListOf(), NoShrink), steps =>
        {
            var set = new IdSet();
            var model = new SortedSet<ulong>();
            foreach ((ulong id, int action) in steps)
            {
                if (action > 0)
                    Assert.Equal(model.Add(id), set.Add(id));
                else
                    Assert.Equal(model.Remove(id), set.Remove(id));
                Assert.Equal(model.Contains(id), set.Contains(id));
            }

            AssertSame(model, set);
        }));

    [Fact]
    public void Set_operations_do_what_those_of_a_sorted_set_do()
    {
        var random = new Random(17);
        int[] sizes = [0, 1, 3000, 6000, 20_000];
        foreach (int leftSize in sizes)
        {
            foreach (int rightSize in sizes)
            {
                ulong[] left = Ids(random, leftSize), right = Ids(random, rightSize);
                Compare(left, right, (set, other) => set.UnionWith(other), (model, other) => model.UnionWith(other));
                Compare(left, right, (set, other) => set.IntersectWith(other), (model, other) => model.IntersectWith(other));
                Compare(left, right, (set, other) => set.ExceptWith(other), (model, other) => model.ExceptWith(other));
            }
        }
    }

    [Fact]
    public void Set_operations_with_itself()
    {
        IdSet set = IdSet.FromIds([1, 2, 1 << 20]);
        set.UnionWith(set);
        set.IntersectWith(set);
        Assert.Equal([1UL, 2, 1 << 20], set);
        set.ExceptWith(set);
        Assert.Equal(0, set.Count);
        Assert.Empty(set);
    }

    [Fact]
    public void A_bitmap_that_empties_turns_back_into_a_list_with_the_same_ids()
    {
        IdSet set = IdSet.FromIds(Enumerable.Range(0, 10_000).Select(i => (ulong)i));
        for (ulong id = 0; id < 9_990; id++)
            Assert.True(set.Remove(id));
        Assert.Equal(Enumerable.Range(9_990, 10).Select(i => (ulong)i), set);
        set.Add(5);
        Assert.Equal(5UL, set.First());
    }

    private static ulong[] Ids(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => (ulong)random.Next(80_000) + (random.Next(4) == 0 ? 1UL << 33 : 0))];

    private static void Compare(ulong[] left, ulong[] right, Action<IdSet, IdSet> act, Action<SortedSet<ulong>, SortedSet<ulong>> expect)
    {
        IdSet set = IdSet.FromIds(left), other = IdSet.FromIds(right);
        SortedSet<ulong> model = [.. left], otherModel = [.. right];
        act(set, other);
        expect(model, otherModel);
        AssertSame(model, set);
        AssertSame(otherModel, other);

        // What was taken over from the other set must not be shared with it.
        set.Add(79_999);
        set.Remove(right.Length == 0 ? 0 : right[0]);
        AssertSame(otherModel, other);
    }

    private static void AssertSame(SortedSet<ulong> model, IdSet set)
    {
        Assert.Equal(model.Count, set.Count);
        Assert.True(model.SequenceEqual(set), "the ids differ");
    }

    private static IEnumerable<T> NoShrink<T>(T _) => [];
}
