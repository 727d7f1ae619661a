using System.Text.Json;
using VisualSearch.Encoders.Tokenizers;

namespace VisualSearch.Tests.Tokenizers;

public sealed class WordPieceTokenizerTests
{
    private static readonly string[] Pieces =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "ab", "abc", "##c", "##cd", "##d", "cafe", "i", "!", "$", "中", "ᄀ", "##ᅡ", "##ᆨ", "b", "##b"];

    [SharedDataFact("tokenizers", "wordpiece.jsonl")]
    public void Agrees_with_every_line_of_Googles_reference()
    {
        ITokenizer tokenizer = Reference();
        int lines = 0;
        foreach ((string text, int[] expected) in Lines())
        {
            int[] actual = tokenizer.Encode(text, 4096);
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"'{text}': expected {Show(expected)}, found {Show(actual)}");
            lines++;
        }

        Assert.Equal(380, lines);
    }

    [SharedDataFact("tokenizers", "wordpiece.jsonl")]
    public void A_cut_text_keeps_its_end_mark_and_the_first_tokens()
    {
        ITokenizer tokenizer = Reference();
        foreach ((string text, int[] whole) in Lines())
        {
            foreach (int room in (int[])[2, 3, 7, 256])
            {
                int[] expected = whole.Length <= room ? whole : [.. whole[..(room - 1)], 102];
                Assert.Equal(expected, tokenizer.Encode(text, room));
            }
        }
    }

    [SharedDataFact("tokenizers", "wordpiece.jsonl")]
    public void Many_threads_get_what_one_gets()
    {
        ITokenizer tokenizer = Reference();
        (string Text, int[] Ids)[] lines = [.. Lines()];
        Parallel.For(0, 8 * lines.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            (string text, int[] expected) = lines[i % lines.Length];
            Assert.Equal(expected, tokenizer.Encode(text, 4096));
        });
    }

    // Derived by hand from Google's rules.
    [Theory]
    [InlineData("", "")]
    [InlineData("abc", "abc")]              // the longest piece first
    [InlineData("abcd", "abc ##d")]
    [InlineData("acd", "a ##cd")]
    [InlineData("ABC", "abc")]
    [InlineData("abx", "[UNK]")]            // one rest that is no piece spoils the word
    [InlineData("c", "[UNK]")]              // ##c goes on a word, and begins none
    [InlineData("ab!ab", "ab ! ab")]
    [InlineData("$a", "$ a")]               // a symbol to Unicode, punctuation to BERT
    [InlineData(" a\t\n\u00a0\u3000b ", "a b")]
    [InlineData("a\u2028b", "a b")]
    [InlineData("a\u200bb\u0000\ufffd", "ab")] // format, NUL and U+FFFD fall out, and the rest joins
    [InlineData("Café", "cafe")]
    [InlineData("Cafe\u0301", "cafe")]
    [InlineData("İ", "i")]                  // lower case is i and U+0307, and that is a mark
    [InlineData("中中a", "中 中 a")]
    [InlineData("\u1100\u1161\u11a8", "ᄀ ##ᅡ ##ᆨ")]
    [InlineData("각", "ᄀ ##ᅡ ##ᆨ")]        // a Hangul syllable falls into its jamo
    public void Follows_the_rules_on_small_cases(string text, string tokens)
    {
        using var folder = new TemporaryFolder();
        ITokenizer tokenizer = Small(folder);
        Assert.Equal(tokens, string.Join(' ', tokenizer.Encode(text, 100)[1..^1].Select(id => Pieces[id])));
    }

    [Fact]
    public void A_word_of_more_than_200_characters_is_unknown()
    {
        using var folder = new TemporaryFolder();
        ITokenizer tokenizer = Small(folder);
        // "ab" and 198 times "##b", and the two marks.
        Assert.Equal(201, tokenizer.Encode("a" + new string('b', 199), 1000).Length);
        Assert.Equal([2, 1, 3], tokenizer.Encode("a" + new string('b', 200), 1000));
    }

    [Fact]
    public void A_million_characters_do_not_take_quadratic_time()
    {
        using var folder = new TemporaryFolder();
        ITokenizer tokenizer = Small(folder);
        Assert.Equal([2, 1, 3], tokenizer.Encode(new string('a', 1_000_000), 77));
    }

    [Theory]
    [InlineData("[PAD]\n[UNK]\n[CLS]\n", "no token '[SEP]' among its 3 lines")]
    [InlineData("", "no token '[CLS]'")]
    public void A_vocabulary_without_its_marks_is_refused(string content, string said)
    {
        using var folder = new TemporaryFolder();
        string message = Assert.Throws<TokenizerException>(() => WordPieceTokenizer.Load(folder.Write("vocab.txt", content))).Message;
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.Contains("Install the model again", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_and_too_little_room_are_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("vocab.txt", Assert.Throws<TokenizerException>(() => WordPieceTokenizer.Load(folder["vocab.txt"])).Message, StringComparison.Ordinal);
        WordPieceTokenizer tokenizer = Small(folder);
        Assert.Throws<ArgumentException>(() => tokenizer.Encode("a", new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((ITokenizer)tokenizer).Encode("a", 1));
    }

    private static WordPieceTokenizer Small(TemporaryFolder folder) => WordPieceTokenizer.Load(folder.Write("vocab.txt", string.Join('\n', Pieces)));

    private static WordPieceTokenizer Reference() => WordPieceTokenizer.Load(SharedData.Path("tokenizers", "bert-uncased-vocab.txt")!);

    private static IEnumerable<(string Text, int[] Ids)> Lines()
    {
        foreach (string line in File.ReadLines(SharedData.Path("tokenizers", "wordpiece.jsonl")!))
        {
            using var json = JsonDocument.Parse(line);
            yield return (json.RootElement.GetProperty("text").GetString()!, json.RootElement.GetProperty("ids").Deserialize<int[]>()!);
        }
    }

    private static string Show(int[] ids) => string.Join(' ', ids);
}
