using System.Text;
using Microsoft.Data.Sqlite;
using VisualSearch.Ann;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Stores;
using static VisualSearch.Tests.Stores.StoreSamples;

namespace VisualSearch.Tests.Stores;

public sealed class TextSearchTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly EmbeddedStore store;

    public TextSearchTests() => store = Filled(folder["c"], 0);

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void A_word_counts_most_in_the_title_then_tags_then_text_then_path()
    {
        Write(Picture("a.jpg", "harbour"), Picture("b.jpg", "filler", "harbour"), Picture("c.jpg", "filler") with { Text = "harbour" }, Picture("harbour/d.jpg", "filler"), Picture("e.jpg", "filler"), Picture("f.jpg", "filler"), Picture("g.jpg", "filler"), Picture("h.jpg", "filler"), Picture("i.jpg", "filler"));
        Assert.Equal(["a.jpg", "b.jpg", "c.jpg", "harbour/d.jpg"], Search("harbour"));
    }

    [Fact]
    public void More_of_the_words_and_rarer_words_come_first()
    {
        Write(Picture("a.jpg", "a boat"), Picture("b.jpg", "a red boat"), Picture("c.jpg", "two red boats under a yellow sun"), Picture("d.jpg", "a boat on a lake"), Picture("e.jpg", "a red flower"), Picture("f.jpg", "a house"), Picture("g.jpg", "a tree"), Picture("h.jpg", "a cat"));
        string[] found = Search("two red boats under a yellow sun");
        Assert.Equal(["c.jpg", "b.jpg"], found[..2]);
        Assert.DoesNotContain("f.jpg", found);
        IReadOnlyList<ScoredItem> scored = store.SearchText("two red boats under a yellow sun", 10);
        Assert.All(scored, s => Assert.True(s.Score > 0));
        Assert.Equal(scored.OrderByDescending(s => s.Score), scored);
    }

    [Theory]
    [InlineData("cafe", "Café im Süden")]
    [InlineData("SUDEN", "Café im Süden")]
    [InlineData("boat", "three boats")]
    [InlineData("boats", "one boat")]
    [InlineData("beach_2019", "BEACH 2019")]
    [InlineData("北京", "我在北京拍的照片")]
    [InlineData("照片", "我在北京拍的照片")]
    [InlineData("さくら", "春のさくら祭り")]
    [InlineData("sunfl", "a field of sunflowers")]
    [InlineData("the", "the")]
    [InlineData("it's", "it's a trap")]
    public void Words_are_found_without_regard_to_case_accents_endings_or_script(string words, string title)
    {
        Write(Picture("hit.jpg", title), Picture("1.jpg", "京北 something else"), Picture("2.jpg", "片照"), Picture("3.jpg", "nothing"));
        Assert.Equal("hit.jpg", Search(words).FirstOrDefault());
        Assert.DoesNotContain("3.jpg", Search(words));
    }

    [Fact]
    public void Characters_of_a_script_without_spaces_must_be_neighbours()
    {
        Write(Picture("1.jpg", "北方的京城"), Picture("2.jpg", "北京"));
        Assert.Equal(["2.jpg"], Search("北京"));
    }

    [Fact]
    public void A_filter_is_honoured_before_the_limit()
    {
        Write([.. Enumerable.Range(0, 60).Select(n => Picture($"{n:D2}.jpg", "dog dog dog")), .. Enumerable.Range(60, 5).Select(n => Picture($"{n:D2}.jpg", "a dog and much else that is not one"))]);
        IdSet last = IdSet.FromIds([61, 62, 63, 64, 65]);
        Assert.Equal(["60.jpg", "61.jpg", "62.jpg", "63.jpg", "64.jpg"], Search("dog", last).Order());
        Assert.Equal(2, store.SearchText("dog", 2, last).Count);
        Assert.Empty(store.SearchText("dog", 2, new IdSet()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\"")]
    [InlineData("***")]
    [InlineData("\u0000")]
    [InlineData("\uD83D")]
    [InlineData("🏖")]
    public void Text_without_a_word_finds_nothing(string words)
    {
        Write(Picture("a.jpg", "a picture 🏖"));
        Assert.Empty(store.SearchText(words, 10));
    }

    [Theory]
    [InlineData("a\" OR title:\"b")]
    [InlineData("title : boat")]
    [InlineData("boat AND NOT red NEAR(a b, 3)")]
    [InlineData("^boat + red*")]
    [InlineData("-boat")]
    [InlineData("'); DROP TABLE words; --")]
    [InlineData("{title tags}: boat")]
    public void Query_syntax_is_only_words(string words)
    {
        Write(Picture("a.jpg", "a boat title tags drop b"));
        Assert.Equal(["a.jpg"], Search(words));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void No_text_whatsoever_is_an_error(int seed)
    {
        Write(Picture("a.jpg", "some words to find"), Picture("b.jpg", "北京 café"));
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

    [Fact]
    public void In_a_large_collection_rare_words_decide_and_frequent_ones_are_asked_for_together()
    {
        Write(Picture("0.jpg", "seed"));
        // Of 30,000 texts all have 'common', two in three 'often', one in a thousand 'rare': written straight into the tables, for speed.
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder["c"], "catalog.db")};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = """
                WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 30000)
                INSERT INTO words(rowid, title, tags, path, text)
                SELECT i, 'common' || iif(i % 3, ' often', '') || iif(i % 1000, '', ' rare'), '', '', '' FROM n;
                INSERT INTO item(id, asset_id, kind, revision) VALUES (30000, 1, 0, 1);
                """;
            command.ExecuteNonQuery();
        }
        Assert.Equal(30, store.SearchText("common rare", 100).Count);
        Assert.All(store.SearchText("common often rare missing", 30), s => Assert.Equal(0, s.ItemId % 1000));
        Assert.All(store.SearchText("often common", 50), s => Assert.NotEqual(0, s.ItemId % 3));
        Assert.Equal(50, store.SearchText("common", 50).Count);
        Assert.Equal(50, store.SearchText("common absent", 50).Count);
        Assert.Equal(5, store.SearchText("common often", 50, IdSet.FromIds([3, 4, 5, 6, 7])).Count);
        Assert.Equal(50, store.SearchText("oft", 50).Count);
    }

    private void Write(params Asset[] assets) => store.Write([.. assets.Select((asset, n) => new AssetWrite(asset, Vector(n)))]);

    private string[] Search(string words, IdSet? filter = null) =>
        [.. store.Load([.. store.SearchText(words, 20, filter).Select(s => s.ItemId)]).Select(r => r.Asset.RelativePath)];
}
