using VisualSearch.Encoders.Media.Video;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Indexer.Metadata;

/// <summary>Fields that a video's own headers give: how long it is, when it was made, how it is stored.</summary>
public static class VideoFields
{
    /// <summary>The fields that are present: <c>duration</c> in seconds, <c>frameRate</c> a second, <c>codec</c>, <c>takenAt</c> as the container has it.</summary>
    public static Dictionary<string, FieldValue> From(VideoInfo info, double durationSeconds)
    {
        var fields = new Dictionary<string, FieldValue>(StringComparer.Ordinal)
        {
            ["duration"] = FieldValue.From(Math.Round(durationSeconds, 3)),
            ["codec"] = FieldValue.From(info.Codec),
        };
        if (info.FrameRate > 0) fields["frameRate"] = FieldValue.From(Math.Round(info.FrameRate, 3));
        if (info.Date is { Length: >= 4 } date) fields["takenAt"] = FieldValue.From(date);
        return fields;
    }
}
