using VisualSearch.Encoders.Media;
using VisualSearch.Encoders.Models;
using VisualSearch.Search.Retrieval.Regions;
using VisualSearch.Search.Stores;

namespace VisualSearch.Search.Evaluation;

/// <summary>Asks a collection the judged queries of a folder, through the same pipeline that answers people.</summary>
public sealed class SamplesEvaluation
{
    private const int Depth = 10;

    private readonly IStore store;
    private readonly DualEncoder encoder;
    private readonly PictureReader reader;
    private readonly SearchPipeline pipeline;

    /// <summary>Prepares an evaluation.</summary>
    /// <param name="store">The collection that the folder's pictures were indexed into.</param>
    /// <param name="encoder">The encoder of its model.</param>
    /// <param name="reader">Reads the query pictures.</param>
    /// <param name="pipeline">The pipeline to judge; null for one with default options and no rules.</param>
    public SamplesEvaluation(IStore store, DualEncoder encoder, PictureReader reader, SearchPipeline? pipeline = null)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(reader);
        this.store = store;
        this.encoder = encoder;
        this.reader = reader;
        this.pipeline = pipeline ?? new SearchPipeline(store, encoder);
    }

    /// <summary>Runs all queries.</summary>
    /// <param name="folder">Where <c>queries.jsonl</c>, <c>qrels.txt</c> and the pictures are.</param>
    /// <param name="progress">Told what is going on, in plain English.</param>
    /// <param name="cancellation">Ends the run between queries.</param>
    /// <returns>
    /// Means over queries: <c>ndcg10</c>, <c>p10</c>, <c>mrr10</c> (all queries, words by vector alone: the model's own quality),
    /// <c>textNdcg10</c>, <c>pictureNdcg10</c>, <c>cropNdcg10</c> (its parts; crops among parts of pictures, where the store has them), <c>hybridNdcg10</c> (text queries as people get them:
    /// vectors and words). nDCG has linear gain, as trec_eval. A kind without queries is left out.
    /// </returns>
    /// <exception cref="EvaluationException">The judged queries can't be used.</exception>
    public IReadOnlyDictionary<string, double> Run(string folder, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        JudgedQueries judged = JudgedQueries.Load(folder);
        progress?.Report($"{judged.Queries.Count} judged queries");
        MeanValues means = new();
        foreach (JudgedQuery query in judged.Queries)
        {
            cancellation.ThrowIfCancellationRequested();
            IReadOnlyDictionary<string, int> grades = judged.Judgements.Of(query.Id);
            int[] ranked = Ask(folder, query, SearchMode.Visual, grades, cancellation);
            double ndcg = RankingMetrics.Ndcg(ranked, [.. grades.Values], Depth);
            means.Add("ndcg10", ndcg);
            means.Add("p10", RankingMetrics.Precision(ranked, Depth));
            means.Add("mrr10", RankingMetrics.ReciprocalRank(ranked));
            means.Add($"{query.Kind.ToString().ToLowerInvariant()}Ndcg10", ndcg);
            if (query.Kind == JudgedQueryKind.Text)
                means.Add("hybridNdcg10", RankingMetrics.Ndcg(Ask(folder, query, SearchMode.Hybrid, grades, cancellation), [.. grades.Values], Depth));
        }

        return means.ToDictionary();
    }

    private int[] Ask(string folder, JudgedQuery query, SearchMode mode, IReadOnlyDictionary<string, int> grades, CancellationToken cancellation)
    {
        SearchQuery search = query.Kind == JudgedQueryKind.Text
            ? new SearchQuery { Text = query.Text, Mode = mode, K = Depth }
            : new SearchQuery { PictureVector = Embed(folder, query), Mode = mode, Regions = Regions(query), K = Depth + 1 };
        // A query picture that is in the collection finds itself first. Unless that is judged, it says nothing, so it is passed over.
        return
        [
            .. pipeline.Search(search, cancellation).Results
                .Select(result => Path.GetRelativePath(Path.GetFullPath(folder), result.Asset.Path).Replace('\\', '/'))
                .Where(document => document != query.Picture || grades.ContainsKey(document))
                .Take(Depth)
                .Select(document => grades.GetValueOrDefault(document)),
        ];
    }

    // As people get it: a crop looks for parts where there are any.
    private RegionMode Regions(JudgedQuery query) => query.Crop is not null && store.RegionPictures > 0 ? RegionMode.Best : RegionMode.None;

    private float[] Embed(string folder, JudgedQuery query)
    {
        string path = Path.Combine(folder, query.Picture!);
        try
        {
            return encoder.EncodePicture(reader.Read(PictureSource.FromFile(path), encoder.Manifest.Fit, query.Crop));
        }
        catch (PictureException failure)
        {
            throw new EvaluationException(path, 0, $"query '{query.Id}' needs this picture: {failure.Message}", failure);
        }
    }
}
