using System.Text.Json;
using VisualSearch.Encoders.Tokenizers;

namespace VisualSearch.Tests.Tokenizers;

/// <summary>The fixtures beside this file come from the original SentencePiece; see make_fixtures.py there.</summary>
public sealed class SentencePieceTokenizerTests
{
    private static readonly string Fixtures = Path.Combine(SharedData.Repository, "tests", "VisualSearch.Tests", "Tokenizers", "Fixtures");

    [Theory]
    [InlineData("plain")]
    [InlineData("bytes")]
    public void Agrees_with_the_original(string name)
    {
        ITokenizer tokenizer = Load(name);
        int lines = 0;
        foreach ((string text, int[] expected) in Lines(name))
        {
            int[] actual = tokenizer.Encode(text, 4096);
            Assert.True(expected.Append(2).SequenceEqual(actual), $"'{text}': expected {Show(expected)}, found {Show(actual[..^1])}");
            lines++;
        }

        Assert.True(lines >= 40);
    }

    // XLM-RoBERTa's ids: <s> <pad> </s> <unk> first, then the pieces from the fourth on, one higher than in the model's file.
    [Fact]
    public void An_offset_gives_the_ids_of_xlm_roberta()
    {
        ITokenizer tokenizer = SentencePieceTokenizer.Load(PathOf("plain"), "<s>", "</s>", offset: 1);
        foreach ((string text, int[] plain) in Lines("plain"))
        {
            Assert.Equal([0, .. plain.Select(id => id == 0 ? 3 : id + 1), 2], tokenizer.Encode(text, 4096));
        }
    }

    [Fact]
    public void Siglips_cleaning_takes_case_punctuation_and_spaces()
    {
        ITokenizer clean = SentencePieceTokenizer.Load(PathOf("plain"), null, "</s>", lowerNoPunctuation: true), plain = Load("plain");
        foreach ((string text, string cleaned) in (ReadOnlySpan<(string, string)>)[
            ("A Red Boat!", "a red boat"), ("  a\n(red),\tboat... ", "a red boat"), ("don't", "dont"), ("$1 + 2 = 3~", "1 2 3"), ("Straße – Café", "straße – café"), ("?!", "")])
        {
            Assert.Equal(plain.Encode(cleaned, 100), clean.Encode(text, 100));
        }
    }

    [Fact]
    public void A_cut_text_keeps_its_end_mark_and_the_first_tokens()
    {
        foreach (string name in (string[])["plain", "bytes"])
        {
            ITokenizer tokenizer = Load(name);
            foreach ((string text, int[] ids) in Lines(name))
            {
                foreach (int room in (int[])[2, 3, 7])
                {
                    Assert.Equal([.. ids.Take(room - 1), 2], tokenizer.Encode(text, room));
                }
            }
        }
    }

    [Fact]
    public void A_damaged_or_foreign_file_is_refused_with_its_name()
    {
        using var folder = new TemporaryFolder();
        byte[] good = File.ReadAllBytes(PathOf("plain"));
        string path = folder.Write("x.model", "this is no model");
        Assert.Contains(path, Assert.Throws<TokenizerException>(() => SentencePieceTokenizer.Load(path, null, "</s>")).Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, []);
        Assert.Contains("has no pieces", Assert.Throws<TokenizerException>(() => SentencePieceTokenizer.Load(path, null, "</s>")).Message, StringComparison.Ordinal);
        for (int length = 1; length < good.Length; length += 97)
        {
            File.WriteAllBytes(path, good[..length]);
            try
            {
                SentencePieceTokenizer.Load(path, null, "</s>");
            }
            catch (TokenizerException e)
            {
                Assert.Contains(path, e.Message, StringComparison.Ordinal);
            }
        }

        Assert.Contains("'[SEP]'", Assert.Throws<TokenizerException>(() => SentencePieceTokenizer.Load(PathOf("plain"), null, "[SEP]")).Message, StringComparison.Ordinal);
        Assert.Contains("'[SEP]'", Assert.Throws<TokenizerException>(() => SentencePieceTokenizer.Load(PathOf("plain"), null, "[SEP]", 1)).Message, StringComparison.Ordinal);
        Assert.Throws<TokenizerException>(() => SentencePieceTokenizer.Load(folder["nowhere.model"], null, "</s>"));
        Assert.Throws<ArgumentException>(() => Load("plain").Encode("a", new int[1]));
    }

    private static SentencePieceTokenizer Load(string name) => SentencePieceTokenizer.Load(PathOf(name), null, "</s>");

    private static string PathOf(string name) => Path.Combine(Fixtures, name + ".model");

    private static IEnumerable<(string Text, int[] Ids)> Lines(string name)
    {
        foreach (string line in File.ReadLines(Path.Combine(Fixtures, name + ".jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            yield return (json.RootElement.GetProperty("text").GetString()!, json.RootElement.GetProperty("ids").Deserialize<int[]>()!);
        }
    }

    private static string Show(int[] ids) => string.Join(' ', ids);
}
