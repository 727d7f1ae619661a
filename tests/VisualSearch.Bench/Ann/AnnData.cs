using VisualSearch.Ann;
using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Evaluation;

namespace VisualSearch.Bench.Ann;

/// <summary>Vectors to index, queries that are not among them, and each query's ten nearest by exact search.</summary>
/// <param name="Name">Short, for files and the JSON report.</param>
/// <param name="Title">For people.</param>
/// <param name="Metric">How distances are computed; embeddings have unit length, so their cosine is an inner product.</param>
/// <param name="Base">.fbin file of the vectors to index; ids are row numbers.</param>
/// <param name="Queries">.fbin file.</param>
/// <param name="Truth">.ibin file: the ten nearest rows of each query, nearest first.</param>
internal sealed record AnnData(string Name, string Title, Metric Metric, string Base, string Queries, string Truth)
{
    public const int K = 10;

    public int Rows => VectorFile.Shape(Base).Rows;

    public int Dimension => VectorFile.Shape(Base).Columns;
}

/// <summary>Makes the data sets of the benchmark, once; they are kept under artifacts/bench.</summary>
internal static class AnnDataSets
{
    private const int Queries = 2000;
    private static readonly string[] Phrases = ["a photo of a {0}", "{0}", "a picture of a {0} outdoors", "a close-up of a small {0}", "one large {0}"];

    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(BenchFiles.Root, "ann")).FullName;

    /// <summary>(a) Pictures as 768 numbers, by Euclidean distance.</summary>
    public static AnnData Pixels(string archives)
    {
        var pictures = new TinyImageNet(archives);
        string path = Make("pixels.fbin", file => VectorFile.Write<float>(file, TinyImageNet.Count(pictures.Training), TinyImageNet.PixelDimension,
            write => TinyImageNet.WritePixels(pictures.Training, write.Invoke)));
        string all = Make("pixels-val.fbin", file => VectorFile.Write<float>(file, TinyImageNet.Count([pictures.Validation]), TinyImageNet.PixelDimension,
            write => TinyImageNet.WritePixels([pictures.Validation], write.Invoke)));
        string queries = Make("pixels-queries.fbin", file => WriteEvery(all, file, Queries));
        return WithTruth("pixels", "100,000 pictures as 16×16 RGB", Metric.L2, path, queries);
    }

    /// <summary>(b) The default model's embeddings of the same pictures; half of the queries are pictures, half are words.</summary>
    public static AnnData Embeddings(string archives)
    {
        var pictures = new TinyImageNet(archives);
        string model = DefaultModel.Locate();
        string version = ModelManifest.Load(model).Version;
        using DualEncoder encoder = DualEncoder.Open(model, new EncoderOptions { Threads = 1 });
        string path = Make($"embeddings-{version}.fbin", file => VectorFile.Write<float>(file, TinyImageNet.Count(pictures.Training), encoder.Dimension,
            write => TinyImageNet.WriteEmbeddings(pictures.Training, encoder, write.Invoke)));
        string all = Make($"embeddings-{version}-val.fbin", file => VectorFile.Write<float>(file, TinyImageNet.Count([pictures.Validation]), encoder.Dimension,
            write => TinyImageNet.WriteEmbeddings([pictures.Validation], encoder, write.Invoke)));
        string queries = Make($"embeddings-{version}-queries.fbin", file => WriteQueries(all, pictures.Classes, encoder, file));
        return WithTruth($"embeddings-{version}", "the default model's embeddings of them; queries are pictures and words", Metric.Cosine, path, queries);
    }

    /// <summary>In place of (b) where there are no archives: generated sample pictures.</summary>
    public static AnnData SampleEmbeddings()
    {
        string model = DefaultModel.Locate();
        string version = ModelManifest.Load(model).Version;
        using DualEncoder encoder = DualEncoder.Open(model);
        string[] files = [.. Directory.GetFiles(BenchFiles.Samples(10_000, 120)).Where(PictureReader.IsPictureFile).Order(StringComparer.Ordinal)];
        string[] asked = [.. files.Where((_, i) => i % 10 == 0)];
        string path = Make($"samples-{version}.fbin", file => WritePictures(encoder, [.. files.Except(asked)], file));
        string queries = Make($"samples-{version}-queries.fbin", file => WritePictures(encoder, asked, file));
        return WithTruth($"samples-{version}", "the default model's embeddings of sample pictures", Metric.Cosine, path, queries);
    }

    /// <summary>(c) Synthetic vectors.</summary>
    public static AnnData Synthetic(int rows)
    {
        string name = $"synthetic{LatentMixture.Version}-{rows}";
        string path = Make($"{name}.fbin", file => WriteMixture(file, rows, new LatentMixture(rows, seed: 1)));
        string queries = Make($"{name}-queries.fbin", file => WriteMixture(file, 1000, new LatentMixture(rows, seed: 2)));
        return WithTruth($"synthetic-{rows}", $"{rows:N0} synthetic vectors, a mixture with 64 latent dimensions", Metric.L2, path, queries);
    }

    /// <summary>A file of the user's: its last rows are the queries and are not indexed.</summary>
    public static AnnData OfFile(string file, Metric metric)
    {
        (int rows, int columns) = VectorFile.Shape(file);
        int queries = Math.Min(Queries, rows / 10);
        string name = Path.GetFileNameWithoutExtension(file);
        string path = Make($"own-{name}.fbin", to => VectorFile.Write<float>(to, rows - queries, columns, write => write(VectorFile.Read<float>(file, 0, rows - queries))), file);
        string asked = Make($"own-{name}-queries.fbin", to => VectorFile.Write<float>(to, queries, columns, write => write(VectorFile.Read<float>(file, rows - queries, queries))), file);
        return WithTruth($"own-{name}", Path.GetFileName(file), metric, path, asked);
    }

    private static AnnData WithTruth(string name, string title, Metric metric, string path, string queries)
    {
        string truth = Make($"{Path.GetFileNameWithoutExtension(path)}-truth.ibin", file => WriteTruth(path, queries, metric, file), path, queries);
        return new AnnData(name, title, metric, path, queries, truth);
    }

    // Made once; again when a file that it is made of is newer.
    private static string Make(string name, Action<string> write, params string[] sources)
    {
        string path = Path.Combine(Folder, name);
        if (!File.Exists(path) || sources.Any(source => File.GetLastWriteTimeUtc(source) > File.GetLastWriteTimeUtc(path)))
        {
            Console.Error.WriteLine($"making {name} …");
            write(path);
        }

        return path;
    }

    private static void WritePictures(DualEncoder encoder, string[] files, string target)
    {
        var reader = new PictureReader();
        VectorFile.Write<float>(target, files.Length, encoder.Dimension, write =>
        {
            foreach (string[] part in files.Chunk(256))
            {
                var rows = new float[part.Length * encoder.Dimension];
                encoder.EncodePictures([.. part.Select(file => reader.Read(PictureSource.FromFile(file), encoder.Manifest.Fit))], rows);
                write(rows);
            }
        });
    }

    private static void WriteEvery(string source, string target, int wanted)
    {
        (int rows, int columns) = VectorFile.Shape(source);
        float[] values = VectorFile.Read<float>(source);
        VectorFile.Write<float>(target, wanted, columns, write =>
        {
            for (int i = 0; i < wanted; i++)
                write(values.AsSpan((int)((long)i * rows / wanted) * columns, columns));
        });
    }

    private static void WriteQueries(string pictures, string classes, DualEncoder encoder, string target)
    {
        string[] names = [.. LabelledClasses.Load(classes).All.Where(c => c.Source == "tiny-imagenet").Select(c => c.Names[0])];
        string[] texts = [.. Phrases.SelectMany(phrase => names.Select(name => string.Format(null, phrase, name))).Take(Queries / 2)];
        var words = new float[texts.Length * encoder.Dimension];
        encoder.EncodeTexts(texts, words);
        (int rows, int columns) = VectorFile.Shape(pictures);
        float[] values = VectorFile.Read<float>(pictures);
        int shown = Queries - texts.Length;
        VectorFile.Write<float>(target, Queries, columns, write =>
        {
            for (int i = 0; i < shown; i++)
                write(values.AsSpan((int)((long)i * rows / shown) * columns, columns));
            write(words);
        });
    }

    private static void WriteMixture(string path, int rows, LatentMixture mixture)
    {
        var row = new float[LatentMixture.Dimension];
        VectorFile.Write<float>(path, rows, row.Length, write =>
        {
            for (int i = 0; i < rows; i++)
            {
                mixture.Next(row);
                write(row);
            }
        });
    }

    private static void WriteTruth(string path, string queries, Metric metric, string target)
    {
        using FlatIndex exact = ExactTruth.Open(path, metric);
        float[] asked = VectorFile.Read<float>(queries);
        int[] nearest = ExactTruth.Nearest(exact, asked, [], []);
        VectorFile.Write<int>(target, nearest.Length / AnnData.K, AnnData.K, write => write(nearest));
    }
}
