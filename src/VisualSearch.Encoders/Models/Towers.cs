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

    /// <summary>How vectors of a picture's patches are had; null where the model has none that search could use.</summary>
    public RegionPatches? Regions { get; init; }

    /// <summary>Side of the square that pictures are brought to, in pixels, 16 to 1024.</summary>
    public required int Size { get; init; }

    /// <summary>How a picture that is no square becomes one.</summary>
    public required ResizeRule Resize { get; init; }

    /// <summary>How exactly it is resized: fast by shrink-on-load, or as the training's own resize did.</summary>
    public required ResizeQuality Quality { get; init; }

    /// <summary>How neighbouring pixels are weighted when it is resized.</summary>
    public ResizeKernel Kernel { get; init; }

    /// <summary>Subtracted from red, green and blue once they are in 0..1.</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>What the difference is divided by; above 0.</summary>
    public required IReadOnlyList<float> Std { get; init; }

    /// <summary>Order of the input's axes; <c>NCHW</c> is the only one so far.</summary>
    public required string Layout { get; init; }

    // What was added later stands at the end and only where it is used, so that older models keep their fingerprint.
    internal string Canonical => string.Join('|', Input, Output, Size, Resize, Quality, string.Join(',', Mean), string.Join(',', Std), Layout)
        + (Kernel == ResizeKernel.Cubic ? "" : $"|kernel={Kernel}")
        + (Regions is null ? "" : $"|regions={Regions.Output},{Regions.Size},{Regions.Patch}");
}

/// <summary>
/// Patch vectors whose mean over any rectangle, made unit, is the vector of that part of the picture: what a network gives whose last
/// step is the mean over its patches, and which takes pictures of any size.
/// </summary>
/// <param name="Output">Name of the graph's output, float32 <c>[n, patches, dimension]</c>, row by row.</param>
/// <param name="Size">Side of the square that pictures are brought to for it, in pixels: larger than for one vector, so that parts are seen well.</param>
/// <param name="Patch">Side of a patch, in pixels; divides <paramref name="Size"/>.</param>
public sealed record RegionPatches(string Output, int Size, int Patch)
{
    /// <summary>Patches along a side.</summary>
    public int Side => Size / Patch;
}

/// <summary>Who makes one vector of a text's tokens.</summary>
public enum TextPooling
{
    /// <summary>The graph itself: its output is <c>[n, dimension]</c>.</summary>
    Model,

    /// <summary>The vector of the first token, of an output <c>[n, tokens, dimension]</c>.</summary>
    Cls,

    /// <summary>The mean of the vectors of all tokens but padding.</summary>
    Mean,

    /// <summary>The vector of the last token that is no padding.</summary>
    Last,
}

/// <summary>How far a text is filled up with the padding id.</summary>
public enum TextFill
{
    /// <summary>To the longest text of its batch.</summary>
    Longest,

    /// <summary>Always to the most tokens: what a graph of fixed length needs, and one that was trained to see the padding.</summary>
    Full,
}

/// <summary>What a text is to a search; some models want to be told.</summary>
public enum TextRole
{
    /// <summary>What is searched for.</summary>
    Query,

    /// <summary>What is found.</summary>
    Passage,
}

/// <summary>
/// The text network of a model. Reads token ids <c>[n, length]</c>, writes float32 <c>[n, dimension]</c>, or
/// <c>[n, length, dimension]</c> where the tokens' vectors are pooled here.
/// </summary>
/// <remarks>A graph may also have the inputs <c>attention_mask</c>, <c>token_type_ids</c> and <c>position_ids</c>; they are filled.</remarks>
public sealed record TextTower
{
    /// <summary>ONNX file in the model's folder.</summary>
    public required string File { get; init; }

    /// <summary>Name of the graph's input for the token ids.</summary>
    public required string Input { get; init; }

    /// <summary>Name of the output that holds one vector a text, or one a token.</summary>
    public required string Output { get; init; }

    /// <summary>Most tokens of a text, marks included, 2 to 4096. Longer texts are cut; the end mark stays.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Id that fills the shorter texts of a batch; the network ignores it, or was trained with it.</summary>
    public required int Padding { get; init; }

    /// <summary>How far texts are filled up.</summary>
    public TextFill Fill { get; init; }

    /// <summary>Who makes one vector of a text's tokens.</summary>
    public required TextPooling Pooling { get; init; }

    /// <summary>What stands before each query, such as <c>"query: "</c>; empty where the model wants nothing.</summary>
    public string QueryPrefix { get; init; } = "";

    /// <summary>What stands before each passage, such as <c>"passage: "</c>.</summary>
    public string PassagePrefix { get; init; } = "";

    /// <summary>How a text becomes token ids.</summary>
    public required TokenizerFiles Tokenizer { get; init; }

    internal string Canonical
    {
        get
        {
            string canonical = string.Join(
                '|', Input, Output, MaxTokens, Padding, Pooling.ToString().ToLowerInvariant(), Tokenizer.KindName, Tokenizer.Start, Tokenizer.End);
            string added = string.Concat(
                Fill == TextFill.Longest ? "" : $"|fill={Fill}",
                QueryPrefix.Length == 0 ? "" : $"|query={QueryPrefix.Length}:{QueryPrefix}",
                PassagePrefix.Length == 0 ? "" : $"|passage={PassagePrefix.Length}:{PassagePrefix}",
                Tokenizer.Unknown is null ? "" : $"|unknown={Tokenizer.Unknown}",
                Tokenizer.Offset == 0 ? "" : $"|offset={Tokenizer.Offset}",
                Tokenizer.Cleaning == TextCleaningRule.None ? "" : $"|cleaning={Tokenizer.Cleaning}");
            return canonical + added;
        }
    }

    /// <summary>What stands before a text of a role; nothing where it has none.</summary>
    internal string PrefixOf(TextRole? role) => role switch
    {
        TextRole.Query => QueryPrefix,
        TextRole.Passage => PassagePrefix,
        _ => "",
    };
}
