using System.IO.Compression;
using System.Text.Json;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Catalog;
using VisualSearch.Search.Evaluation;
using VisualSearch.Search.Ranking;
using VisualSearch.Search.Stores;
using VisualSearch.Tests.Models;
using VisualSearch.Tests.Ranking;

namespace VisualSearch.Tests.Evaluation;

/// <summary>The whole way, from files to figures, with a model whose vectors can be worked out on paper.</summary>
public sealed class EvaluationRunnerTests : IDisposable
{
    private static readonly string[] Templates = ["", "a photo of a ", "a picture of a ", "a "];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("vsearch-test-");
    private readonly PaperModel paper = new();
    private readonly PictureReader reader = new();

    public void Dispose()
    {
        paper.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public void A_labelled_set_is_measured_as_by_brute_force()
    {
        using DualEncoder encoder = paper.Open();
        (string Id, string Name, string[] Above)[] classes =
            [("n1", "red car", ["car", "thing"]), ("n2", "blue car", ["car", "thing"]), ("caltech/n3", "tree", ["thing"]), ("n4", "aa", [])];
        List<(string Entry, string Class, float[] Vector)> pictures = MakeArchive(encoder, classes.Select(c => c.Id));
        File.WriteAllText(InFolder("classes.json"), JsonSerializer.Serialize(
            classes.Append((Id: "other", Name: "aaa", Above: [])).Select(c => new
            {
                id = c.Id,
                source = c.Id == "other" ? "another set" : "set",
                names = new[] { c.Name, "never used" },
                hypernyms = c.Above.Select(name => new[] { name, "synonym" }),
            })));

        IReadOnlyDictionary<string, double> measured = new EvaluationRunner(encoder, reader).RunLabelledSet(InFolder("set.zip"), InFolder("classes.json"));

        double zeroShot = pictures.Average(picture => classes.MaxBy(c => Vectors.Dot(
            Vectors.Unit([.. Templates.Select(template => encoder.EncodeText(template + c.Name)).Aggregate((a, b) => [.. a.Zip(b, (x, y) => x + y)])]),
            picture.Vector)).Id == picture.Class ? 1.0 : 0);
        double byName = classes.Average(c => PrecisionAt10(encoder.EncodeText("a photo of a " + c.Name), pictures, p => p.Class == c.Id));
        double byPicture = pictures.Average(query => PrecisionAt10(query.Vector, pictures.Where(p => p.Entry != query.Entry), p => p.Class == query.Class));
        double byConcept = new[] { "car", "thing" }.Average(concept => PrecisionAt10(
            encoder.EncodeText("a photo of a " + concept), pictures, p => classes.Single(c => c.Id == p.Class).Above.Contains(concept)));
        Assert.Equal(zeroShot, measured["zeroShotTop1"], 9);
        Assert.Equal(byName, measured["textToPictureP10"], 9);
        Assert.Equal(byPicture, measured["pictureToPictureP10"], 9);
        Assert.Equal(byConcept, measured["hypernymTextToPictureP10"], 9);
        Assert.InRange(byPicture, 0.2, 0.9);
    }

    [Fact]
    public void An_archive_with_an_unknown_class_or_no_archive_at_all_is_named()
    {
        using DualEncoder encoder = paper.Open();
        MakeArchive(encoder, ["n1", "n9"]);
        File.WriteAllText(InFolder("classes.json"), """[{"id":"n1","source":"set","names":["red car"]}]""");
        EvaluationRunner runner = new(encoder, reader);
        Assert.Contains("'n9'", Assert.Throws<EvaluationException>(() => runner.RunLabelledSet(InFolder("set.zip"), InFolder("classes.json"))).Message, StringComparison.Ordinal);
        Assert.Contains("none.zip", Assert.Throws<EvaluationException>(() => runner.RunLabelledSet(InFolder("none.zip"), InFolder("classes.json"))).Message, StringComparison.Ordinal);
        Assert.Contains("set.zip", Assert.Throws<EvaluationException>(() => runner.RunLabelledSet(InFolder("set.zip"), InFolder("set.zip"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_does_not_know_the_words_can_not_be_calibrated()
    {
        // To the paper model all these phrases are alike.
        using DualEncoder encoder = paper.Open();
        MakeArchive(encoder, ["n1", "n2"]);
        File.WriteAllText(InFolder("classes.json"), """[{"id":"n1","source":"set","names":["red car"]},{"id":"n2","source":"set","names":["tree"]}]""");
        EvaluationException failure = Assert.Throws<EvaluationException>(() => new EvaluationRunner(encoder, reader).CalibrateMatch(InFolder("set.zip"), InFolder("classes.json")));
        Assert.Contains("can't be calibrated", failure.Message, StringComparison.Ordinal);
    }

    [DefaultModelFact("data", "train", "caltech-101-val.zip")]
    public void Match_curves_go_through_what_chance_and_what_right_answers_reach()
    {
        using DualEncoder encoder = DualEncoder.Open(DefaultModelFactAttribute.Folder);
        List<(string Class, float[] Whole, float[] Middle)> pictures = [];
        PictureFit fit = encoder.Manifest.Fit;
        using (ZipArchive source = ZipFile.OpenRead(SharedData.Path("data", "train", "caltech-101-val.zip")!))
        using (ZipArchive part = ZipFile.Open(InFolder("set.zip"), ZipArchiveMode.Create))
        {
            foreach (ZipArchiveEntry entry in source.Entries.Where((_, i) => i % 10 == 0))
            {
                using MemoryStream bytes = new();
                using (Stream stream = entry.Open())
                    stream.CopyTo(bytes);
                using (Stream copy = part.CreateEntry(entry.FullName).Open())
                    copy.Write(bytes.ToArray());
                PictureSource picture = PictureSource.FromMemory(bytes.ToArray(), entry.FullName);
                pictures.Add((entry.FullName.Split('/')[0], encoder.EncodePicture(reader.Read(picture, fit)),
                    encoder.EncodePicture(reader.Read(picture, fit, CropBox.Parse("0.175,0.175,0.65,0.65")))));
            }
        }

        double[] apart = [.. pictures.SelectMany(a => pictures.Where(b => a.Class != b.Class).Select(b => (double)Vectors.Dot(a.Whole, b.Whole))).Order()];
        double[] middles = [.. pictures.Select(picture => (double)Vectors.Dot(picture.Whole, picture.Middle)).Order()];
        MatchCurves curves = new EvaluationRunner(encoder, reader).CalibrateMatch(InFolder("set.zip"), SharedData.Path("data", "train", "classes.json")!);
        Assert.Equal(0.25, curves.PictureToPicture.At(apart[apart.Length * 99 / 100]), 0.01);
        Assert.Equal(0.9, curves.PictureToPicture.At(middles[middles.Length / 2]), 0.02);
        Assert.True(curves.TextToPicture.Middle < curves.Composed.Middle && curves.Composed.Middle < curves.PictureToPicture.Middle);
    }

    [Fact]
    public void Judged_queries_are_asked_of_the_collection()
    {
        using DualEncoder encoder = paper.Open();
        using EmbeddedStore store = new CollectionDirectory(InFolder("data")).OpenOrCreate(
            "judged", new ModelIdentity("paper@1", encoder.Manifest.Fingerprint, encoder.Dimension), StoreAccess.Write);
        string[] colors = ["#ff0000", "#ee1100", "#00ff00", "#0000ff", "#888888"];
        Directory.CreateDirectory(InFolder("pictures"));
        for (int i = 0; i < colors.Length; i++)
        {
            string path = Draw($"pictures/{i}.png", colors[i]);
            store.Write([new AssetWrite(new Asset { Path = path, Title = i == 3 ? "sky" : null }, encoder.EncodePicture(Read(encoder, path)))]);
        }

        Draw("query.png", "#ff0000");
        File.WriteAllLines(InFolder("queries.jsonl"),
        [
            """{"id":"p","kind":"picture","picture":"query.png"}""",
            """{"id":"own","kind":"picture","picture":"pictures/2.png"}""",
            """{"id":"c","kind":"crop","picture":"query.png","crop":[0,0,0.5,0.5]}""",
            """{"id":"t","kind":"text","text":"sky"}""",
        ]);
        // The nearest to red are 0 and 1 in this order. Green's own picture, not judged, is passed over.
        string second = Nearest(encoder, store, "pictures/2.png");
        File.WriteAllLines(InFolder("qrels.txt"),
            ["p 0 pictures/0.png 1", "p 0 pictures/1.png 2", $"own 0 {second} 3", "c 0 pictures/1.png 1", "t 0 pictures/3.png 1"]);

        IReadOnlyDictionary<string, double> measured = new EvaluationRunner(encoder, reader).RunSamples(folder.FullName, store);

        double p = (1 + (2 / Math.Log2(3))) / (2 + (1 / Math.Log2(3)));
        Assert.Equal((p + 1) / 2, measured["pictureNdcg10"], 9);
        Assert.Equal(1 / Math.Log2(3), measured["cropNdcg10"], 9);
        double t = measured["textNdcg10"];
        Assert.Equal((p + 1 + (1 / Math.Log2(3)) + t) / 4, measured["ndcg10"], 9);
        Assert.True(measured["hybridNdcg10"] >= t);
        Assert.Equal((0.2 + 0.1 + 0.1 + 0.1) / 4, measured["p10"], 9);
    }

    private string Nearest(DualEncoder encoder, EmbeddedStore store, string file)
    {
        float[] query = encoder.EncodePicture(Read(encoder, InFolder(file)));
        string path = store.Load([store.SearchVisual(query, 2)[1].ItemId])[0].Asset.Path;
        return "pictures/" + Path.GetFileName(path);
    }

    private static double PrecisionAt10(
        float[] query, IEnumerable<(string Entry, string Class, float[] Vector)> pictures, Func<(string Entry, string Class, float[] Vector), bool> isRelevant) =>
        pictures.OrderByDescending(picture => Vectors.Dot(query, picture.Vector)).Take(10).Count(isRelevant) / 10.0;

    private List<(string Entry, string Class, float[] Vector)> MakeArchive(DualEncoder encoder, IEnumerable<string> classes)
    {
        Random random = new(5);
        List<(string Entry, string Class, float[] Vector)> pictures = [];
        using ZipArchive zip = ZipFile.Open(InFolder("set.zip"), ZipArchiveMode.Create);
        foreach (string id in classes)
        {
            string directory = id.Replace("caltech/", "", StringComparison.Ordinal);
            byte[] tone = new byte[3];
            random.NextBytes(tone);
            for (int i = 0; i < 8; i++)
            {
                string color = "#" + string.Concat(tone.Select(x => Math.Clamp(x + random.Next(-90, 90), 0, 255).ToString("x2")));
                string path = Draw($"{directory}-{i}.png", color);
                zip.CreateEntryFromFile(path, $"{directory}/{i}.png");
                pictures.Add(($"{directory}/{i}.png", id, encoder.EncodePicture(Read(encoder, path))));
            }
        }

        return pictures;
    }

    private RgbPicture Read(DualEncoder encoder, string path) => reader.Read(PictureSource.FromFile(path), encoder.Manifest.Fit);

    private string Draw(string name, string color)
    {
        string path = InFolder(name);
        SvgRenderer.RenderToFile($"""<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"><rect width="16" height="16" fill="{color}"/></svg>""", path, 16);
        return path;
    }

    private string InFolder(string name) => Path.Combine(folder.FullName, name);
}
