using System.Globalization;
using VisualSearch.Encoders.Media;
using VisualSearch.Search.Catalog;

namespace VisualSearch.Indexer.Metadata;

/// <summary>Fields that a picture's own header gives: when, with which camera and where it was taken.</summary>
public static class PictureFields
{
    private static readonly HashSet<string> Names = ["takenAt", "year", "camera", "latitude", "longitude"];

    /// <summary>Whether a field comes from the picture rather than from a sidecar. (A sidecar's value of the same name wins.)</summary>
    public static bool IsOfPicture(string name) => Names.Contains(name);

    /// <summary>The fields that are present; <c>takenAt</c> is ISO 8601 without a zone, as cameras write it.</summary>
    public static Dictionary<string, FieldValue> From(PictureInfo info)
    {
        var fields = new Dictionary<string, FieldValue>(StringComparer.Ordinal);
        if (info.TakenAt is { } taken)
        {
            fields["takenAt"] = FieldValue.From(taken.ToString("s", CultureInfo.InvariantCulture));
            fields["year"] = FieldValue.From(taken.Year);
        }

        var camera = string.Join(' ', new[] { info.CameraMake, info.CameraModel }.Where(static part => !string.IsNullOrWhiteSpace(part)));
        if (camera.Length > 0) fields["camera"] = FieldValue.From(camera);
        if (info.Latitude is { } latitude) fields["latitude"] = FieldValue.From(latitude);
        if (info.Longitude is { } longitude) fields["longitude"] = FieldValue.From(longitude);
        return fields;
    }
}
