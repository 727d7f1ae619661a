using System.Text;
using VisualSearch.Ann;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

/// <summary>Words, on every store.</summary>
public sealed class WordsTests
{
    [Theory, AllStores]
    public async Task A_word_counts_most_in_the_title_then_tags_then_text_then_path(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(0);
        Write(store, Picture("a.jpg", "harbour"), Picture("b.jpg", "filler", "harbour"), Picture("c.jpg", "filler") with { Text = "harbour" }, Picture("harbour/d.jpg", "filler"), Picture("e.jpg", "filler"), Picture("f.jpg", "filler"), Picture("g.jpg", "filler"), Picture("h.jpg", "filler"), Picture("i.jpg", "filler"));
        Assert.Equal(["a.jpg", "b.jpg", "c.jpg", "harbour/d.jpg"], Search(store, "harbour"));
    }

    [Theory, AllStores]
    public async Task More_of_the_words_and_rarer_words_come_first(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(0);
        Write(store, Picture("a.jpg", "a boat"), Picture("b.jpg", "a red boat"), Picture("c.jpg", "two red boats under a yellow sun"), Picture("d.jpg", "a boat on a lake"), Picture("e.jpg", "a red flower"), Picture("f.jpg", "a house"), Picture("g.jpg", "a tree"), Picture("h.jpg", "a cat"));
        string[] found = Search(store, "two red boats under a yellow sun");
        Assert.Equal(["c.jpg", "b.jpg"], found[..2]);
        Assert.DoesNotContain("f.jpg", found);
        IReadOnlyList<ScoredItem> scored = store.SearchText("two red boats under a yellow sun", 10);
        Assert.All(scored, s => Assert.True(s.Score > 0));
        Assert.Equal(scored.OrderByDescending(s => s.Score), scored);
    }

    [Theory, AllStores(
        new object[] { "cafe", "Café im Süden" },
        new object[] { "SUDEN", "Café im Süden" },
        new object[] { "boat", "three boats" },
        new object[] { "boats", "one boat" },
        new object[] { "beach_2019", "BEACH 2019" },
        new object[] { "北京", "我在北京拍的照片" },
        new object[] { "照片", "我在北京拍的照片" },
        new object[] { "さくら", "春のさくら祭り" },
        new object[] { "sunfl", "a field of sunflowers" },
        new object[] { "the", "the" },
        new object[] { "it's", "it's a trap" })]
    public async Task Words_are_found_without_regard_to_case_accents_endings_or_script(string kind, string words, string title)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(0);
        Write(store, Picture("hit.jpg", title), Picture("1.jpg", "京北 something else"), Picture("2.jpg", "片照"), Picture("3.jpg", "nothing"));
        Assert.Equal("hit.jpg", Search(store, words).FirstOrDefault());
        Assert.DoesNotContain("3.jpg", Search(store, words));
    }

    [Theory, AllStores]
    public async Task Characters_of_a_script_without_spaces_must_be_neighbours(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(0);
        Write(store, Picture("1.jpg", "北方的京城"), Picture("2.jpg", "北京"));
        Assert.Equal(["2.jpg"], Search(store, "北京"));
    }

    [Theory, AllStores]
    public async Task A_filter_is_honoured_before_the_limit(string kind)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(0);
        Write(store, [.. Enumerable.Range(0, 60).Select(n => Picture($"{n:D2}.jpg", "dog dog dog")), .. Enumerable.Range(60, 5).Select(n => Picture($"{n:D2}.jpg", "a dog and much else that is not one"))]);
        IdSet last = IdSet.FromIds([61, 62, 63, 64, 65]);
        Assert.Equal(["60.jpg", "61.jpg", "62.jpg", "63.jpg", "64.jpg"], Search(store, "dog", last).Order());
        Assert.Equal(2, store.SearchText("dog", 2, last).Count);
        Assert.Empty(store.SearchText("dog", 2, new IdSet()));
    }

    [Theory, AllStores("", "   ", "\"", "***", "\u0000", "\uD83D", "🏖")]
    public async Task Text_without_a_word_finds_nothing(string kind, string words)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(0);
        Write(store, Picture("a.jpg", "a picture 🏖"));
        Assert.Empty(store.SearchText(words, 10));
    }

    [Theory, AllStores("a\" OR title:\"b", "title : boat", "boat AND NOT red NEAR(a b, 3)", "^boat + red*", "-boat", "'); DROP TABLE words; --", "{title tags}: boat")]
    public async Task Query_syntax_is_only_words(string kind, string words)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(0);
        Write(store, Picture("a.jpg", "a boat title tags drop b"));
        Assert.Equal(["a.jpg"], Search(store, words));
    }

    [Theory, AllStores(1, 2, 3)]
    public async Task No_text_whatsoever_is_an_error(string kind, int seed)
    {
        await using StoreHome home = await StoreHome.StartAsync(kind);
        IStore store = home.Filled(0);
        Write(store, Picture("a.jpg", "some words to find"), Picture("b.jpg", "北京 café"));
        var random = new Random(seed);
        const string Spice = "\"'*:^+-(){}[],.;\0\\ ANDORNOTNEAR\t\n%_?!\uD83D\uDE00\uD800北é́ſİ";
        for (int round = 0; round < 1000; round++)
        {
            var text = new StringBuilder();
            for (int length = random.Next(20); length > 0; length--)
                text.Append(random.Next(3) == 0 ? (char)random.Next(0x10000) : Spice[random.Next(Spice.Length)]);
            foreach (ScoredItem scored in store.SearchText(text.ToString(), 5))
                Assert.True(float.IsFinite(scored.Score));
        }
        Assert.NotEmpty(store.SearchText(string.Join(' ', Enumerable.Range(0, 50_000)) + " words", 5).Concat(store.SearchText("words", 5)));
    }

    private static void Write(IStore store, params Asset[] assets) => store.Write([.. assets.Select((asset, n) => new AssetWrite(asset, Vector(n)))]);

    private static string[] Search(IStore store, string words, IdSet? filter = null) =>
        [.. store.Load([.. store.SearchText(words, 20, filter).Select(s => s.ItemId)]).Select(r => r.Asset.RelativePath)];
}
