using System.Text.Json.Serialization;

namespace VisualSearch.Encoders.Media.Video;

/// <summary>What ffprobe writes, as far as it is used.</summary>
internal sealed record ProbeDocument(ProbeStream[]? Streams, ProbeFormat? Format, ProbeChapter[]? Chapters);

/// <summary>Numbers with a point come as text; each may be missing.</summary>
internal sealed record ProbeStream
{
    public int Index { get; init; }

    public string? CodecName { get; init; }

    public string? CodecType { get; init; }

    public int Width { get; init; }

    public int Height { get; init; }

    public string? SampleAspectRatio { get; init; }

    public string? AvgFrameRate { get; init; }

    public string? Duration { get; init; }

    public Dictionary<string, int>? Disposition { get; init; }

    public Dictionary<string, string>? Tags { get; init; }

    public ProbeSideData[]? SideDataList { get; init; }
}

internal sealed record ProbeSideData(string? SideDataType, double? Rotation);

internal sealed record ProbeFormat(string? StartTime, string? Duration, Dictionary<string, string>? Tags);

internal sealed record ProbeChapter(string? StartTime, string? EndTime, Dictionary<string, string>? Tags);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ProbeDocument))]
internal sealed partial class ProbeJson : JsonSerializerContext;
