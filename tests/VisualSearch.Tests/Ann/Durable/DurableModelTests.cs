using FsCheck;
using FsCheck.Fluent;
using VisualSearch.Ann;

namespace VisualSearch.Tests.Ann.Durable;

/// <summary>Random sequences of everything that can be done to a durable index, against a dictionary.</summary>
public sealed class DurableModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private int _runs;

    public enum Act
    {
        Add,
        Remove,
        AddMany,
        Checkpoint,
        Reopen,

        /// <summary>The folder as a crash would leave it now: copied while it is open.</summary>
        Crash,
    }

    private static readonly Gen<(Act Act, int Id)> Steps =
        from act in Gen.Frequency(
            (40, Gen.Constant(Act.Add)), (20, Gen.Constant(Act.Remove)), (6, Gen.Constant(Act.AddMany)), (2, Gen.Constant(Act.Checkpoint)),
            (2, Gen.Constant(Act.Reopen)), (2, Gen.Constant(Act.Crash)))
        from id in Gen.Choose(0, 50)
        select (act, id);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_durable_index_does_what_a_dictionary_does() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(25).WithEndSize(300), Prop.ForAll(Steps.ListOf().ToArbitrary(), Run));

    private void Run(IEnumerable<(Act Act, int Id)> steps)
    {
        string path = _folder.File($"run-{++_runs}");
        int version = 0, copies = 0;
        var model = new Dictionary<ulong, int>();
        DurableIndex index = Written.Open(path);
        foreach ((Act act, int number) in steps)
        {
            version++;
            ulong id = (ulong)number;
            switch (act)
            {
                case Act.Add:
                    index.Add(id, Written.Vector(id, version));
                    model[id] = version;
                    break;
                case Act.Remove:
                    Assert.Equal(model.Remove(id), index.Remove(id));
                    break;
                case Act.AddMany:
                    // The second half repeats the ids of the first, with other vectors: the last one counts.
                    ulong[] ids = [.. Enumerable.Range(0, 2 * (1 + (number % 7))).Select(i => (id + (ulong)(i % (1 + (number % 7)))) % 51)];
                    index.AddRange(ids, ids.SelectMany((one, i) => Written.Vector(one, i < ids.Length / 2 ? 0 : version)).ToArray());
                    foreach (ulong one in ids)
                        model[one] = version;
                    break;
                case Act.Checkpoint:
                    index.Checkpoint();
                    Assert.Equal(0, index.LogBytes);
                    break;
                case Act.Reopen:
                    index.Dispose();
                    Assert.Empty(DurableIndex.Verify(path));
                    index = DurableIndex.Open(path, new DurableIndexOptions { Durability = Durability.Process });
                    Written.AssertHolds(index, model);
                    break;
                case Act.Crash:
                    string copy = $"{path}-{++copies}";
                    Written.Copy(path, copy);
                    index.Dispose();
                    index = Written.Open(path = copy);
                    Written.AssertHolds(index, model);
                    break;
            }

            Assert.Equal(model.Count, index.Count);
            Assert.Equal(model.ContainsKey(id), index.Contains(id));
        }

        index.Dispose();
        using DurableIndex last = Written.Open(path);
        Written.AssertHolds(last, model);
        Assert.Equal(0, last.GetStatistics().Unreachable);
    }
}
