using Microsoft.Data.Sqlite;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Rag.Words;

namespace VisualSearch.Tests.Rag;

/// <summary>Stems against SQLite's own Porter tokenizer, by which the catalog's full text compares words.</summary>
public sealed class PorterStemmerTests
{
    // Each rule of the five steps, words that only look like one, and everyday words.
    private const string Words = """
        caresses ponies ties caress cats feed agreed plastered bled motoring sing conflated troubled sized hopping tanned falling hissing fizzed failing filing happy sky
        relational conditional rational valency hesitancy digitizer conformably radically differently vilely analogously vietnamization predication operator feudalism
        decisiveness hopefulness callousness formality sensitivity sensibility triplicate formative formalize electricity electrical hopeful goodness revival allowance
        inference airliner gyroscopic adjustable defensible irritant replacement adjustment dependent adoption homologous communism activate angularity effective bowdlerize
        probate rate cease controlling rolling generalizations oscillators nation station stations mission restored building houses windows windmill passengers oiling oils
        ingredients neighbours colour colours running runner easily quickly monday children wolves carrying carried plays playing played yes enjoy enjoyed boy boys by say ease
        seeing dying lying tie skies university universal organization organize sewing machine competition competitive traditional national added adding zooming
        """;

    [Fact]
    public void Words_are_cut_as_the_catalog_cuts_them()
    {
        Assert.NotEmpty(SqliteLibrary.Version);
        using SqliteConnection connection = new("Data Source=:memory:");
        connection.Open();
        string[] words = [.. Words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct()];
        Run("CREATE VIRTUAL TABLE t USING fts5(w, tokenize = 'porter unicode61'); CREATE VIRTUAL TABLE v USING fts5vocab(t, instance);");
        for (int i = 0; i < words.Length; i++)
            Run($"INSERT INTO t(rowid, w) VALUES ({i + 1}, '{words[i]}')");
        using SqliteCommand read = connection.CreateCommand();
        read.CommandText = "SELECT doc, term FROM v";
        using SqliteDataReader row = read.ExecuteReader();
        List<string> wrong = [];
        int seen = 0;
        for (; row.Read(); seen++)
        {
            string word = words[row.GetInt64(0) - 1];
            if (PorterStemmer.Stem(word) != row.GetString(1))
                wrong.Add($"{word}: {PorterStemmer.Stem(word)}, not {row.GetString(1)}");
        }

        Assert.Equal(words.Length, seen);
        Assert.Empty(wrong);

        void Run(string sql)
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }

    [Theory]
    [InlineData("stolen", "steal")]
    [InlineData("won", "wins")]
    [InlineData("Mice", "mouse")]
    [InlineData("Zoë’s", "zoe")]
    [InlineData("children's", "child")]
    public void Forms_that_no_rule_cuts_meet_their_base(string form, string other) => Assert.Equal(Word.StemOf(other), Word.StemOf(form));

    [Fact]
    public void Words_keep_hyphens_and_apostrophes_and_ideographs_stand_alone()
    {
        Assert.Equal(["Twenty-two", "o'clock", "it's", "東", "京", "2"], Word.In("Twenty-two o'clock - it's 東京, '2'").Select(static word => word.Text));
        string text = "a bb  ccc";
        Assert.All(Word.In(text), word => Assert.Equal(word.Text, text[word.Start..word.End]));
    }
}
