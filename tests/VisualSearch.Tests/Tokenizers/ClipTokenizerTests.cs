using System.Text.Json;
using VisualSearch.Encoders.Tokenizers;

namespace VisualSearch.Tests.Tokenizers;

public sealed class ClipTokenizerTests
{
    [SharedDataFact("tokenizers", "clip.jsonl")]
    public void Agrees_with_every_line_of_OpenAIs_reference()
    {
        ClipTokenizer tokenizer = Reference();
        int lines = 0;
        foreach (string line in File.ReadLines(SharedData.Path("tokenizers", "clip.jsonl")!))
        {
            (string text, int[] expected) = Parse(line);
            int[] actual = tokenizer.Encode(text, 4096);
            Assert.True(expected.AsSpan().SequenceEqual(actual), $"'{text}': expected {Show(expected)}, found {Show(actual)}");
            lines++;
        }

        Assert.Equal(380, lines);
    }

    [SharedDataFact("tokenizers", "clip.jsonl")]
    public void A_cut_text_keeps_its_end_mark_and_the_first_tokens()
    {
        ClipTokenizer tokenizer = Reference();
        foreach (string line in File.ReadLines(SharedData.Path("tokenizers", "clip.jsonl")!))
        {
            (string text, int[] whole) = Parse(line);
            foreach (int room in (int[])[2, 3, 7, 77])
            {
                int[] cut = tokenizer.Encode(text, room);
                int[] expected = whole.Length <= room ? whole : [.. whole[..(room - 1)], 49407];
                Assert.Equal(expected, cut);
            }
        }
    }

    [SharedDataFact("tokenizers", "clip.jsonl")]
    public void Many_threads_get_what_one_gets()
    {
        ClipTokenizer tokenizer = Reference();
        var lines = File.ReadLines(SharedData.Path("tokenizers", "clip.jsonl")!).Select(Parse).ToArray();
        Parallel.For(0, 8 * lines.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            (string text, int[] expected) = lines[i % lines.Length];
            Assert.Equal(expected, tokenizer.Encode(text, 4096));
        });
    }

    // Derived by hand from OpenAI's rules. Bytes that are no printable character are written as U+0100 and on.
    [Theory]
    [InlineData("", "")]
    [InlineData("cat", "cat</w>")]
    [InlineData("CAT", "cat</w>")]
    [InlineData("cats", "ca t s</w>")]          // t</w> is another token than t, so "ca t" can't become "cat</w>"
    [InlineData("  cat \t\n cat\u00a0\u3000cat ", "cat</w> cat</w> cat</w>")]
    [InlineData("cat's", "cat</w> ' s</w>")]
    [InlineData("cat'x", "cat</w> '</w> x</w>")]
    [InlineData("!?'s", "! ? '</w> s</w>")]     // a run of signs takes the apostrophe with it
    [InlineData("12", "1</w> 2</w>")]           // digits stand alone
    [InlineData("a1b", "a</w> 1</w> b</w>")]
    [InlineData("aaaaa", "aa aa a</w>")]        // leftmost pairs first
    [InlineData("aaaa", "aa a a</w>")]
    [InlineData("&amp;&amp;amp;", "& &</w>")]   // decoded twice
    [InlineData("é", "Ã ©</w>")]                // U+00E9 is the bytes C3 A9
    [InlineData("É", "Ã ©</w>")]
    [InlineData("🚗", "ð Ł ļ Ĺ</w>")]          // F0 9F 9A 97: four bytes, not two surrogates
    [InlineData("a🚗a", "a</w> ð Ł ļ Ĺ</w> a</w>")]
    [InlineData("a𠀀a", "a ð ł Ģ Ģ a</w>")]    // U+20000, CJK extension B, is a letter: one word
    [InlineData("𝟏𝟐", "ð Ŀ Ł ı</w> ð Ŀ Ł Ĳ</w>")] // U+1D7CF, a digit beyond U+FFFF
    [InlineData("İ", "i</w> Ì ĩ</w>")]         // its lower case is i and U+0307, a mark and so no letter
    [InlineData("ΟΔΟΣ", "Î ¿ Î ´ Î ¿ Ï Ĥ</w>")] // a sigma that ends a word becomes U+03C2 (CF 82)
    [InlineData("Σ ΣΑ", "Ï ĥ</w> Ï ĥ Î ±</w>")] // one that stands alone or begins a word U+03C3 (CF 83)
    [InlineData("<|endoftext|>cat", "<end> cat</w>")]
    [InlineData("cat<|startoftext|>", "cat</w> <start>")]
    public void Follows_the_rules_on_small_cases(string text, string tokens)
    {
        using var folder = new SmallVocabulary("a a", "c a", "ca t</w>");
        ClipTokenizer tokenizer = folder.Load();
        string actual = string.Join(' ', tokenizer.Encode(text, 100)[1..^1].Select(folder.Token));
        Assert.Equal(tokens, actual.Replace("|startoftext|", "start").Replace("|endoftext|", "end"));
    }

    // Not in the list above, since an attribute is stored as UTF-8 and can't hold it.
    [Fact]
    public void Half_a_surrogate_pair_is_read_as_the_replacement_character()
    {
        using var folder = new SmallVocabulary("a a");
        Assert.Equal("a</w> ï ¿ ½</w>", string.Join(' ', folder.Load().Encode("a\ud83d", 100)[1..^1].Select(folder.Token)));
    }

    [Fact]
    public void A_very_long_word_is_the_same_as_by_the_naive_way()
    {
        using var folder = new SmallVocabulary("a b", "b a", "ab ab", "a a", "ba b</w>", "abab a", "aa b", "b b", "bb a");
        ClipTokenizer tokenizer = folder.Load();
        var random = new Random(7);
        for (int length = 1; length < 300; length++)
        {
            string word = string.Concat(Enumerable.Range(0, length).Select(_ => random.Next(2) == 0 ? 'a' : 'b'));
            Assert.Equal(folder.NaiveMerge(word), tokenizer.Encode(word, 1000)[1..^1].Select(folder.Token));
        }
    }

    [Fact]
    public void A_word_of_a_million_letters_does_not_take_quadratic_time()
    {
        using var folder = new SmallVocabulary("a a", "aa aa", "b a");
        // The naive way would need some 10^11 steps here: hours.
        Assert.Equal(77, folder.Load().Encode(string.Concat(Enumerable.Repeat("aab", 350_000)), 77).Length);
    }

    [Theory]
    [InlineData("merges.txt", "#version\na b c\n", "line 2")]
    [InlineData("merges.txt", "#version\nab\n", "line 2")]
    [InlineData("merges.txt", "#version\na z\n", "'az'")]
    [InlineData("vocab.json", "[1]", "JSON object")]
    [InlineData("vocab.json", "{\"a\": \"x\"}", "'a'")]
    [InlineData("vocab.json", "{\"a\": -1}", "'a'")]
    [InlineData("vocab.json", "{\"a\": 1", "JSON")]
    [InlineData("vocab.json", "", "JSON")]
    [InlineData("vocab.json", "{\"a\": 1}", "no token")]
    public void A_damaged_file_is_named_with_the_place(string file, string content, string named)
    {
        using var folder = new SmallVocabulary("a a");
        File.WriteAllText(Path.Combine(folder.Folder, file), content);
        var e = Assert.Throws<TokenizerException>(folder.Load);
        Assert.Contains(named, e.Message, StringComparison.Ordinal);
        Assert.Contains("install the model again", e.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_missing_file_is_a_tokenizer_fault()
    {
        using var folder = new SmallVocabulary("a a");
        File.Delete(Path.Combine(folder.Folder, "merges.txt"));
        Assert.Contains("merges.txt", Assert.Throws<TokenizerException>(folder.Load).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Room_for_less_than_the_marks_is_refused()
    {
        using var folder = new SmallVocabulary("a a");
        ClipTokenizer tokenizer = folder.Load();
        Assert.Throws<ArgumentException>(() => tokenizer.Encode("a", new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Encode("a", 1));
    }

    private static ClipTokenizer Reference()
        => ClipTokenizer.Load(SharedData.Path("tokenizers", "clip-vocab.json")!, SharedData.Path("tokenizers", "clip-merges.txt")!);

    private static (string Text, int[] Ids) Parse(string line)
    {
        using var json = JsonDocument.Parse(line);
        return (json.RootElement.GetProperty("text").GetString()!, json.RootElement.GetProperty("ids").Deserialize<int[]>()!);
    }

    private static string Show(int[] ids) => string.Join(' ', ids);
}
