using System.Buffers;
using System.Text.Json;

namespace VisualSearch.Search.Stores.Qdrant.Client;

/// <summary>Cuts points into the bodies of upsert requests, each below a number of points and of bytes, and no sooner than the next is wanted.</summary>
/// <param name="points">The points.</param>
/// <param name="mostPoints">Points of one body at most.</param>
/// <param name="mostBytes">Bytes of one body at most, unless a single point is larger.</param>
/// <param name="ending">Further members of each body, each with a comma before it; empty for none.</param>
internal sealed class UpsertBatches(IEnumerable<PointWrite> points, int mostPoints, long mostBytes, byte[] ending) : IDisposable
{
    private readonly IEnumerator<PointWrite> source = points.GetEnumerator();
    private ReadOnlyMemory<byte>? held;

    /// <summary>The next body with how many points it has, or null after the last one.</summary>
    public (ReadOnlyMemory<byte> Json, int Count)? Next()
    {
        var body = new ArrayBufferWriter<byte>(64 << 10);
        int count = 0;
        body.Write("{\"points\":["u8);
        while (count < mostPoints && NextPoint() is { } point)
        {
            // A point too large for any batch goes alone: the server says whether it takes it.
            if (count > 0 && body.WrittenCount + point.Length + ending.Length + 3 > mostBytes)
            {
                held = point;
                break;
            }
            if (count++ > 0)
                body.Write(","u8);
            body.Write(point.Span);
        }
        body.Write("]"u8);
        body.Write(ending);
        body.Write("}"u8);
        return count > 0 ? (body.WrittenMemory, count) : null;
    }

    public void Dispose() => source.Dispose();

    private ReadOnlyMemory<byte>? NextPoint()
    {
        if (held is { } point)
        {
            held = null;
            return point;
        }
        if (source.MoveNext())
            return Serialize(source.Current);
        return null;
    }

    private static ReadOnlyMemory<byte> Serialize(PointWrite point)
    {
        var json = new ArrayBufferWriter<byte>(8 << 10);
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteNumber("id", point.Id);
            writer.WriteStartObject("vector");
            foreach (NamedVector vector in point.Vectors)
            {
                writer.WritePropertyName(vector.Name);
                if (vector.Sparse is { } sparse)
                    QdrantJson.WriteSparse(writer, sparse);
                else if (vector.Several is { } several)
                    QdrantJson.WriteSeveral(writer, several);
                else
                    QdrantJson.WriteNumbers(writer, vector.Dense.Span);
            }
            writer.WriteEndObject();
            if (!point.Payload.IsEmpty)
            {
                writer.WritePropertyName("payload");
                writer.WriteRawValue(point.Payload.Span);
            }
            writer.WriteEndObject();
        }
        return json.WrittenMemory;
    }
}
