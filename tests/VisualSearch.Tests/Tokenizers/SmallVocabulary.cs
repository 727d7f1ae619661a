using System.Text;
using System.Text.Json;
using VisualSearch.Encoders.Tokenizers;

namespace VisualSearch.Tests.Tokenizers;

/// <summary>A vocabulary folder with the merges given, laid out as CLIP's: bytes, bytes at a word's end, merges, marks.</summary>
internal sealed class SmallVocabulary : IDisposable
{
    private readonly (string Left, string Right)[] _merges;
    private readonly List<string> _tokens;

    public SmallVocabulary(params string[] merges)
    {
        _merges = [.. merges.Select(m => (m.Split(' ')[0], m.Split(' ')[1]))];
        _tokens =
        [
            .. Characters, .. Characters.Select(c => c + "</w>"), .. _merges.Select(m => m.Left + m.Right),
            "<|startoftext|>", "<|endoftext|>",
        ];
        Folder = Directory.CreateTempSubdirectory("vsearch-vocabulary-").FullName;
        Dictionary<string, int> ids = _tokens.Select((t, i) => (t, i)).ToDictionary(p => p.t, p => p.i);
        File.WriteAllText(Path.Combine(Folder, "vocab.json"), JsonSerializer.Serialize(ids));
        File.WriteAllText(Path.Combine(Folder, "merges.txt"), "#version: 0.2\n" + string.Concat(merges.Select(m => m + "\n")));
    }

    public string Folder { get; }

    // GPT-2's table, written out by ranges: printable bytes stand for themselves, the others follow from U+0100 on.
    private static List<string> Characters
    {
        get
        {
            var own = new HashSet<int>([.. Enumerable.Range(33, 94), .. Enumerable.Range(161, 12), .. Enumerable.Range(174, 82)]);
            int next = 256;
            return [.. Enumerable.Range(0, 256).Select(b => ((char)(own.Contains(b) ? b : next++)).ToString())];
        }
    }

    public ClipTokenizer Load() => ClipTokenizer.Load(Path.Combine(Folder, "vocab.json"), Path.Combine(Folder, "merges.txt"));

    public string Token(int id) => _tokens[id];

    /// <summary>OpenAI's own way: find the best pair, merge it everywhere from left to right, begin again.</summary>
    public IEnumerable<string> NaiveMerge(string word)
    {
        List<string> parts = [.. Encoding.UTF8.GetBytes(word).Select(b => Characters[b])];
        parts[^1] += "</w>";
        while (true)
        {
            IEnumerable<int> ranks = parts.Zip(parts.Skip(1), (left, right) => Array.IndexOf(_merges, (left, right)));
            int best = ranks.Where(r => r >= 0).DefaultIfEmpty(-1).Min();
            if (best < 0)
            {
                return parts;
            }

            List<string> joined = [];
            for (int i = 0; i < parts.Count; i++)
            {
                bool both = i + 1 < parts.Count && (parts[i], parts[i + 1]) == _merges[best];
                joined.Add(both ? parts[i] + parts[++i] : parts[i]);
            }

            parts = joined;
        }
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
