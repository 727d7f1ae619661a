using VisualSearch.Bench;
using VisualSearch.Bench.Ann;
using VisualSearch.Bench.Load;
using VisualSearch.Bench.Video;

// Benchmarks are named by the question they answer. Each prints a table, and with --json one JSON object.
var json = args.Contains("--json");
var rest = args.Where(static arg => arg != "--json").ToArray();
switch (rest.FirstOrDefault())
{
    case "indexing":
        return await IndexingBench.RunAsync(rest.Skip(1).FirstOrDefault(), json).ConfigureAwait(false);
    case "serving":
        return await ServingBench.RunAsync(json).ConfigureAwait(false);
    case "load":
        return await LoadBench.RunAsync(rest[1..], json).ConfigureAwait(false);
    case "load-server":     // called by load, in a process of its own
        return await ServerProcess.ServeAsync().ConfigureAwait(false);
    case "encoders":
        return EncodersBench.Run(rest[1..], json);
    case "answers":
        return await AnswersBench.RunAsync(json).ConfigureAwait(false);
    case "video":
        return await VideoBench.RunAsync(rest[1..], json).ConfigureAwait(false);
    case "ann":
        return AnnBench.Run(rest[1..], json);
    case "flat":
        return FlatBench.Run(rest[1..], json);
    case "allocations":
        return AllocationsBench.Run(json);
    case "ann-stress":
        return AnnStress.Run(rest[1..], json);
    case "ann-engine":      // called by ann, each engine in a process of its own
        return OwnEngine.Run(rest[1], rest.Skip(2).Chunk(2).ToDictionary(pair => pair[0][2..], pair => pair[1]));
    case null or "--help" or "-h":
        Console.WriteLine("""
            vsearch bench NAME [--json]

              indexing [FOLDER]   How near does the pipeline come to what decoding and embedding alone allow?
                                  FOLDER's pictures, repeated to 2,000 files; without one, generated samples.
              ann [--parts search,filters,churn] [--sets pixels,embeddings,synthetic] [--engines NAME,…] [--rows N] [--ef N]
                  [--threads N] [--patience N] [--data DIR] [--out DIR]
              ann --file F.fbin|F.fvecs [--metric l2|cosine] [the options above]
                                  How fast is our index at equal recall, beside hnswlib and faiss (Debian: g++ libhnswlib-dev
                                  libfaiss-dev libopenblas-dev)? What do filters cost it, and does it age when vectors come and
                                  go (up to 200,000)? Writes ann.md, ann.json and pictures. DIR has the archives of Tiny-ImageNet;
                                  without them samples' embeddings and synthetic vectors. --ef: the beam of filters and churn.
                                  --patience: our searches end after N hops without a better candidate.
              flat [--file F.fbin|F.fvecs] [--rows 50000] [--queries 1000]
                                  How many exact queries a second on one core, one at a time and in batches? Without a file random
                                  vectors of 768 dimensions.
              allocations         Does a search allocate? BenchmarkDotNet's memory diagnoser over every family and filter.
              ann-stress [--seconds N]
                                  Does a reader ever see anything but the truth while others write, compact and save? One minute for
                                  each kind of codes, or N seconds.
              video [FOLDER]      How near does indexing 720p videos come to ffmpeg's decoding and scaling alone? What do key frames
                                  alone (--fast) gain, and lose in judged moments? Do screenshots find their moment? With FOLDER
                                  the first alone, over its videos.
              encoders [MODEL…]   How many pictures a second does each model folder embed on one core, and how far are its vectors from
                                  the first one's?
              answers             How long until the first words of an answer over HTTP, over 10,000 passages?
              load [--seconds 60] What happens at twice the rate that a server can sustain, and are requests lost when it ends under load?
              serving             How long does a search take over HTTP, at 1 and at 8 clients, over 10,000 pictures?
            """);
        return 0;
    default:
        Console.Error.WriteLine($"vsearch bench: there is no benchmark '{rest[0]}'. See: vsearch bench --help");
        return 2;
}
