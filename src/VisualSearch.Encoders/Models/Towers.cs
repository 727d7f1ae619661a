using VisualSearch.Encoders.Media;

namespace VisualSearch.Encoders.Models;

/// <summary>The picture network of a model. Reads float32 <c>[n, 3, Size, Size]</c>, writes float32 <c>[n, dimension]</c>.</summary>
public sealed record ImageTower
{
    /// <summary>ONNX file in the model's folder.</summary>
    public required string File { get; init; }

    /// <summary>Name of the graph's input.</summary>
    public required string Input { get; init; }

    /// <summary>Name of the output that holds one vector a picture.</summary>
    public required string Output { get; init; }

    /// <summary>Name of the output with one vector a patch, <c>[n, patches, dimension]</c>; null where the model has none.</summary>
    public string? Patches { get; init; }

    /// <summary>Side of the square that pictures are brought to, in pixels, 16 to 1024.</summary>
    public required int Size { get; init; }

    /// <summary>How a picture that is no square becomes one.</summary>
    public required ResizeRule Resize { get; init; }

    /// <summary>How exactly it is resized: fast by shrink-on-load, or as the training's own resize did.</summary>
    public required ResizeQuality Quality { get; init; }

    /// <summary>Subtracted from red, green and blue once they are in 0..1.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>What the difference is divided by; above 0.</summary>
    public required IReadOnlyList<float> Std { get; init; }

    /// <summary>Order of the input's axes; <c>NCHW</c> is the only one so far.</summary>
    public required string Layout { get; init; }

    internal string Canonical => string.Join(
        '|', Input, Output, Size, Resize, Quality, string.Join(',', Mean), string.Join(',', Std), Layout);
}

/// <summary>The text network of a model. Reads token ids <c>[n, length]</c>, writes float32 <c>[n, dimension]</c>.</summary>
public sealed record TextTower
{
    /// <summary>ONNX file in the model's folder.</summary>
    public required string File { get; init; }

    /// <summary>Name of the graph's input.</summary>
    public required string Input { get; init; }

    /// <summary>Name of the output that holds one vector a text.</summary>
    public required string Output { get; init; }

    /// <summary>Most tokens of a text, start and end marks included, 2 to 4096. Longer texts are cut; the end mark stays.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Id that fills the shorter texts of a batch; the network ignores it.</summary>
    public required int Padding { get; init; }

    /// <summary>Who makes one vector of a text's tokens; <c>model</c> (the graph itself) is the only way so far.</summary>
    public required string Pooling { get; init; }

    /// <summary>How a text becomes token ids.</summary>
    public required TokenizerFiles Tokenizer { get; init; }

    internal string Canonical => string.Join(
        '|', Input, Output, MaxTokens, Padding, Pooling, Tokenizer.Kind, Tokenizer.Start, Tokenizer.End);
}

/// <summary>A tokenizer's kind and files.</summary>
public sealed record TokenizerFiles
{
    /// <summary><c>clip-bpe</c> is the only kind so far.</summary>
    public required string Kind { get; init; }

    /// <summary>JSON file: token → id.</summary>
    public required string Vocabulary { get; init; }

    /// <summary>Text file: the merges, best first.</summary>
    public required string Merges { get; init; }

    /// <summary>Token that starts a text.</summary>
    public required string Start { get; init; }

    /// <summary>Token that ends a text.</summary>
    public required string End { get; init; }
}
