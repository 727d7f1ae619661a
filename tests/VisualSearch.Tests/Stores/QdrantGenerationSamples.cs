using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using VisualSearch.Search.Stores.Qdrant;
using VisualSearch.Search.Stores.Qdrant.Client;
using VisualSearch.Tests.Qdrant.Contract;
using static VisualSearch.Tests.Stores.GenerationSamples;
using static VisualSearch.Tests.Stores.StoreSamples;
using static VisualSearch.Tests.Stores.VideosTests;

namespace VisualSearch.Tests.Stores;

/// <summary>A collection on Qdrant with pictures and a video, embedded by two models, and what each of its generations has to be.</summary>
internal static class QdrantGenerationSamples
{
    /// <summary>Cuts the connection at a request some way on, and at all after it.</summary>
    public static void Cut(ContractServer node, int after, bool afterwards)
    {
        node.Fail(new ContractFault { Times = after }); // Which does nothing.
        node.Fail(new ContractFault { DropBefore = !afterwards, DropAfter = afterwards, Times = int.MaxValue });
    }

    /// <summary>Collection "c": so many numbered pictures, and a video of four items.</summary>
    public static void Fill(QdrantDirectory directory, int pictures)
    {
        using QdrantStore store = directory.OpenOrCreate("c", Model, StoreAccess.Write);
        store.Write([.. Batch(0, pictures), Video("v.mp4", Shot(0, 5, (1, 101), (4, 102)), Shot(5, 9, (7, 103)), new PassageWrite(0, 4, "first words", Vector(201)), new AboutWrite(9, Vector(202)))]);
    }

    /// <summary>What the other model makes of a picture or a shot.</summary>
    public static GenerationVector Embedded(IGenerationBuild build, ItemRecord record) => record.Item.Kind == ItemKind.Shot
        ? new GenerationVector(record.Item.Id, record.Asset.ContentHash, [.. build.KeyframeSeconds(record.Item.Id).Select(s => new KeyframeWrite(s, Vector(500 + (int)s)))])
        : OtherVectorOf(record);

    public static void EmbedAll(IGenerationBuild build)
    {
        build.Write([.. build.Load(build.Missing()).Select(record => Embedded(build, record))]);
        build.WritePassages([.. build.MissingPassages().Select(id => (id, (ReadOnlyMemory<float>)Vector(700)))]);
    }

    /// <summary>What the same build makes of the same collection where nothing fails.</summary>
    public static async Task<string> FreshAsync(int pictures)
    {
        await using ContractCluster other = await ContractCluster.StartAsync();
        var fresh = new QdrantDirectory(other.Client());
        Fill(fresh, pictures);
        using (QdrantGenerationBuild build = fresh.BeginBuild("c", Other, ""))
        {
            EmbedAll(build);
            await SwitchAsync(build);
        }

        AssertWhole(fresh, pictures);
        return Contents(fresh);
    }

    /// <summary>One whole generation answers.</summary>
    public static void AssertWhole(QdrantDirectory directory, int pictures)
    {
        using QdrantStore store = directory.Open("c", StoreAccess.Read);
        Assert.Empty(store.Verify().Problems);
        Assert.Equal(pictures + 4, store.Info.Items);
        for (int number = 0; number < pictures; number++)
        {
            ScoredItem best = store.SearchVisual(store.Generation == 1 ? Vector(number) : OtherVector(number), 1)[0];
            Assert.Equal(1, best.Score, 4);
            Assert.Equal(number, NumberOf(store.Load([best.ItemId])[0]));
        }
    }

    /// <summary>All that the running generation holds, as text.</summary>
    public static string Contents(QdrantDirectory directory)
    {
        using QdrantStore store = directory.Open("c", StoreAccess.Read);
        var contents = new List<string>();
        foreach (AssetFileState state in store.FileStates().Values.OrderBy(static one => one.Id))
        {
            foreach (AssetWrite write in store.Export([state.Id]))
                contents.Add($"{write.Asset.Path} {write.Asset.Title} {string.Join(", ", write.Items.Select(Text))} {write.Video?.Transcript.Count}");
        }

        return string.Join('\n', contents);
    }

    private static string Text(ItemWrite item) => item switch
    {
        PictureWrite picture => Text(picture.Vector),
        ShotWrite shot => $"{shot.Start}-{shot.End} {string.Join(' ', shot.Keyframes.Select(static frame => $"{frame.Seconds}: {Text(frame.Vector)}"))}",
        PassageWrite passage => $"{passage.Start}-{passage.End} {passage.Text} {Text(passage.Vector)}",
        AboutWrite about => $"{about.End} {Text(about.Vector)}",
        _ => throw new ArgumentOutOfRangeException(nameof(item)),
    };

    private static string Text(ReadOnlyMemory<float> vector) => string.Join(' ', vector.ToArray().Select(static number => MathF.Round(number, 3)));

    public static void AssertAliases(QdrantClient client, string name, int generation) => Assert.Equal(
        new[] { "assets", "items", "keyframes" }.Select(part => ($"vsearch.{name}.running.{part}", $"vsearch.{name}.{generation}.{part}")),
        client.ListAliases().Where(alias => alias.AliasName.StartsWith($"vsearch.{name}.running.", StringComparison.Ordinal)).Select(static alias => (alias.AliasName, alias.CollectionName)));

    /// <summary>A clock that is early or late, passes on demand, and whose timers may go off on demand only.</summary>
    internal sealed class LateClock(int minutes) : TimeProvider
    {
        private readonly List<(TimerCallback Callback, object? State)> timers = [];
        private TimeSpan passed = TimeSpan.FromMinutes(minutes);

        /// <summary>Whether timers go off only at <see cref="Tick"/>.</summary>
        public bool IsManual { get; init; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + passed;

        public void Pass(TimeSpan time) => passed += time;

        public void Tick()
        {
            foreach ((TimerCallback callback, object? state) in timers)
                callback(state);
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            timers.Add((callback, state));
            return base.CreateTimer(callback, state, IsManual ? Timeout.InfiniteTimeSpan : dueTime, period);
        }
    }

    internal sealed class Told(Action<string> tell) : IProgress<string>
    {
        public void Report(string value) => tell(value);
    }
}
