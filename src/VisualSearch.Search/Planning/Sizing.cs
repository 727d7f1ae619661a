namespace VisualSearch.Search.Planning;

/// <summary>The sizes of one choice of codes and replicas.</summary>
/// <param name="Codes">Codes of the index.</param>
/// <param name="Bytes">Bytes of a vector.</param>
/// <param name="Shards">Parts.</param>
/// <param name="VectorsPerShard">Vectors of a part.</param>
/// <param name="Replicas">Copies of each.</param>
/// <param name="SearchMilliseconds">What one core takes for a search of one part.</param>
/// <param name="Busy">Cores of a node that are busy on average.</param>
/// <param name="P99Milliseconds">Expected; infinite where the cores are too few.</param>
internal sealed record Sizing(CodeSize Codes, VectorBytes Bytes, long Shards, double VectorsPerShard, int Replicas, double SearchMilliseconds, double Busy, double P99Milliseconds)
{
    public long Nodes => Shards * Replicas;
}
