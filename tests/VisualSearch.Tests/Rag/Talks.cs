using VisualSearch.Search;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Rag;
using VisualSearch.Search.Stores;
using VisualSearch.Tests.Ranking;
using VisualSearch.Tests.Stores;

namespace VisualSearch.Tests.Rag;

/// <summary>A small collection of videos in which people talk. Texts and pictures are embedded by hashing their words, so that what is alike by words is alike.</summary>
internal sealed class Talks : IDisposable
{
    private const int Dimension = 64;
    private readonly TemporaryFolder folder = new();

    public Talks(params (string Title, string Shows, string[] Says)[] videos)
    {
        Store = EmbeddedStore.Create(folder["c"], new ModelIdentity("test@1", "test@1+abc", Dimension));
        Store.Write([.. videos.Select(Write)]);
        Search = new SearchPipeline(Store, Embed);
    }

    public EmbeddedStore Store { get; }

    public SearchPipeline Search { get; }

    public AnswerPipeline Answers(IAnswerer? answerer = null, RagOptions? options = null) => new(Store, Search, answerer, options);

    public Task<Answer> AskAsync(string question, params ChatTurn[] history) => Answers().AnswerAsync(new AskQuery { Question = question, History = history });

    /// <summary>A mill whose miller is told of, a bridge that is shown and not named, and a harbour.</summary>
    public static Talks Usual() => new(
        ("The mill of Arden", "mill", ["Welcome to Arden. I am Hanna Weiss.", "The mill was restored by Peter Lund in 1962.", "Its sails weigh two tons and have eleven ribs."]),
        ("A walk to Brook", "bridge", ["Now we come to this one.", "It was washed away in 1931 and rebuilt within nine weeks.", "Doctors from Tallow bathe below it every Friday."]),
        ("Harbour days", "harbour", ["Every winter the harbour freezes.", "Ida Moreau once walked over the ice to Fennel Island."]));

    public static float[] Embed(string text)
    {
        float[] vector = new float[Dimension];
        foreach (string word in text.ToLowerInvariant().Split([' ', '?', '.', ',', '!'], StringSplitOptions.RemoveEmptyEntries))
        {
            float[] one = Vectors.Random(new Random(word.Aggregate(17, (hash, letter) => (hash * 31) + letter)), Dimension);
            for (int i = 0; i < Dimension; i++)
                vector[i] += one[i];
        }

        return Array.TrueForAll(vector, static value => value == 0) ? Vectors.Random(new Random(1), Dimension) : vector;
    }

    public void Dispose()
    {
        Store.Dispose();
        folder.Dispose();
    }

    // Ten seconds a sentence: each is said over a shot of its own.
    private static AssetWrite Write((string Title, string Shows, string[] Says) video, int number) => new(
        StoreSamples.Picture($"{number}.mp4") with { Title = video.Title, Tags = [], Text = null },
        [
            .. video.Says.Select((_, i) => new ShotWrite(10 * i, (10 * i) + 10, [new KeyframeWrite((10 * i) + 5, Embed(video.Shows))])),
            .. video.Says.Select((text, i) => new PassageWrite((10 * i) + 1, (10 * i) + 9, i > 0 ? $"{video.Says[i - 1]} {text}" : text, Embed(text))),
        ])
    {
        Video = new VideoDetails(Array.Empty<byte>(), new StoryboardTiles(0, 1, 1, 1, 1), []),
    };
}
