using System.Globalization;
using System.Text;
using System.Text.Json;
using VisualSearch.Samples.Scenes;

namespace VisualSearch.Samples;

/// <summary>
/// The line of <c>boxes.jsonl</c> for a picture: where each of its things stands, in drawing order (the sky first), as fractions of the
/// picture with its top left corner at 0, 0. It lies beside the pictures and is no sidecar: nothing of it reaches a catalog.
/// </summary>
internal static class SampleBoxes
{
    internal const string FileName = "boxes.jsonl";

    /// <summary>The share of its own size by which a box is wider than its thing on each side: room for the thing's turn.</summary>
    private const double Margin = 0.04;

    internal static string Line(Scene scene)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("file", SampleMetadata.FileName(scene));
            json.WriteStartArray("boxes");
            foreach (Placement placement in Layout.Arrange(scene))
            {
                json.WriteStartObject();
                json.WriteString("thing", placement.Group.Thing.Name);
                json.WriteString("color", placement.Group.Color);
                json.WriteBoolean("sky", placement.Group.InSky);
                json.WriteStartArray("box");
                foreach (double number in Around(placement, scene.Frame))
                {
                    json.WriteRawValue(number.ToString("0.####", CultureInfo.InvariantCulture));
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>A thing's box within the picture: x, y, width and height as fractions with four decimals.</summary>
    internal static double[] Around(Placement placement, Frame frame)
    {
        double marginX = Margin * placement.Width, marginY = Margin * placement.Height;
        double left = Fraction((placement.X - marginX) / frame.Width), top = Fraction((placement.Y - marginY) / frame.Height);
        double right = Fraction((placement.X + placement.Width + marginX) / frame.Width);
        double bottom = Fraction((placement.Y + placement.Height + marginY) / frame.Height);
        return [left, top, Math.Round(right - left, 4), Math.Round(bottom - top, 4)];
    }

    private static double Fraction(double value) => Math.Round(Math.Clamp(value, 0, 1), 4);
}
