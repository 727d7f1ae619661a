using System.Text;

namespace VisualSearch.Tests.Models;

/// <summary>Writes small ONNX files (protocol buffers by hand): networks whose output can be worked out on paper.</summary>
internal static class OnnxFile
{
    public const int FloatType = 1;
    public const int Int32Type = 6;
    public const int Int64Type = 7;

    /// <summary>A tensor of a graph; -1 is a free axis.</summary>
    internal sealed record Tensor(string Name, int Type, params long[] Shape);

    /// <summary>An operator with whole-number attributes; a single one is an INT, an array INTS.</summary>
    internal sealed record Node(string Operator, string[] Inputs, string Output, params (string Name, object Value)[] Attributes);

    public static void Write(string path, Tensor[] inputs, Tensor[] outputs, params Node[] nodes)
    {
        byte[] graph =
        [
            .. nodes.SelectMany(n => Message(1, NodeBytes(n))),
            .. Text(2, "test"),
            .. inputs.SelectMany(t => Message(11, TensorBytes(t))),
            .. outputs.SelectMany(t => Message(12, TensorBytes(t))),
        ];
        File.WriteAllBytes(path, [.. Number(1, 7), .. Message(7, graph), .. Message(8, [.. Text(1, ""), .. Number(2, 11)])]);
    }

    private static byte[] NodeBytes(Node node) =>
    [
        .. node.Inputs.SelectMany(i => Text(1, i)),
        .. Text(2, node.Output),
        .. Text(3, node.Output + "-node"),
        .. Text(4, node.Operator),
        .. node.Attributes.SelectMany(a => Message(5, AttributeBytes(a.Name, a.Value))),
    ];

    private static byte[] AttributeBytes(string name, object value) => value is long[] many
        ? [.. Text(1, name), .. many.SelectMany(v => Number(8, v)), .. Number(20, 7)]
        : [.. Text(1, name), .. Number(3, Convert.ToInt64(value)), .. Number(20, 2)];

    private static byte[] TensorBytes(Tensor tensor)
    {
        byte[] shape = [.. tensor.Shape.SelectMany((axis, i) => Message(1, axis < 0 ? Text(2, "free" + i) : Number(1, axis)))];
        return [.. Text(1, tensor.Name), .. Message(2, Message(1, [.. Number(1, tensor.Type), .. Message(2, shape)]))];
    }

    private static byte[] Text(int field, string value) => Message(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Message(int field, byte[] content) => [.. Varint((field << 3) | 2), .. Varint(content.Length), .. content];

    private static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    private static byte[] Varint(long value)
    {
        List<byte> bytes = [];
        ulong rest = (ulong)value;
        for (; rest >= 0x80; rest >>= 7)
        {
            bytes.Add((byte)(rest | 0x80));
        }

        return [.. bytes, (byte)rest];
    }
}
