using System.Globalization;
using System.Text;
using VisualSearch.Samples.Scenes;

namespace VisualSearch.Samples.Drawing;

/// <summary>
/// The pencil that things and backgrounds are drawn with: a few shapes, each turned into SVG in the picture's style.
/// Things draw in their own box (see <see cref="Things.Thing"/>), backgrounds in the picture's units; y grows downwards.
/// </summary>
internal sealed partial class Sketch
{
    private readonly StringBuilder _body;
    private readonly SortedDictionary<string, string> _definitions;

    internal Sketch(DrawingStyle style)
        : this(style, new StringBuilder(8192), new(StringComparer.Ordinal), isScenery: true, default, new SceneRandom(0))
    {
    }

    private Sketch(
        DrawingStyle style, StringBuilder body, SortedDictionary<string, string> definitions, bool isScenery, Ink main, SceneRandom random)
    {
        Style = style;
        _body = body;
        _definitions = definitions;
        IsScenery = isScenery;
        Main = main;
        Random = random;
    }

    internal DrawingStyle Style { get; }

    /// <summary>Scenery is drawn quieter than things, so that a thing stands out also in a small thumbnail.</summary>
    internal bool IsScenery { get; }

    /// <summary>The colour that the caption names.</summary>
    internal Ink Main { get; }

    internal Ink Dark => Main.Lightness < 0.25 ? Main.Lighter(0.22) : Main.Darker(0.28);

    internal Ink Light => Main.Lightness > 0.9 ? Main.Darker(0.1) : Main.Lighter(0.4);

    /// <summary>For drawing on top of <see cref="Main"/>: eyes, wheels, spots.</summary>
    internal Ink Mark => Main.Lightness < 0.3 ? Ink.White : Ink.Black;

    /// <summary>Small variations of one instance; never anything that a caption tells.</summary>
    internal SceneRandom Random { get; }

    /// <summary>A sketch into the same picture for one thing, or for scenery with its own random numbers.</summary>
    internal Sketch For(Ink main, SceneRandom random, bool isScenery) => new(Style, _body, _definitions, isScenery, main, random);

    internal void Circle(Ink ink, double x, double y, double radius) => Ellipse(ink, x, y, radius, radius);

    internal void Ellipse(Ink ink, double x, double y, double radiusX, double radiusY, double turn = 0)
    {
        string rotate = turn == 0 ? "" : $" transform=\"rotate({N(turn)} {N(x)} {N(y)})\"";
        Shape(ink, $"<ellipse cx=\"{N(x)}\" cy=\"{N(y)}\" rx=\"{N(radiusX)}\" ry=\"{N(radiusY)}\"{rotate}");
    }

    internal void Box(Ink ink, double x, double y, double width, double height, double round = 0)
    {
        string corners = round == 0 ? "" : $" rx=\"{N(round)}\"";
        Shape(ink, $"<rect x=\"{N(x)}\" y=\"{N(y)}\" width=\"{N(width)}\" height=\"{N(height)}\"{corners}");
    }

    /// <summary>A closed polygon from x, y pairs.</summary>
    internal void Polygon(Ink ink, params ReadOnlySpan<double> points) => Shape(ink, $"<polygon points=\"{Join(points)}\"");

    /// <summary>A filled SVG path in the current units.</summary>
    internal void Path(Ink ink, string data) => Shape(ink, $"<path d=\"{data}\"");

    /// <summary>An open line through x, y pairs.</summary>
    internal void Line(Ink ink, double width, params ReadOnlySpan<double> points) =>
        Stroke(ink, width, $"<polyline points=\"{Join(points)}\"");

    /// <summary>An open SVG path, stroked.</summary>
    internal void Curve(Ink ink, double width, string data) => Stroke(ink, width, $"<path d=\"{data}\"");

    /// <summary>A circle that is only a line.</summary>
    internal void Ring(Ink ink, double width, double x, double y, double radius) =>
        Stroke(ink, width, $"<circle cx=\"{N(x)}\" cy=\"{N(y)}\" r=\"{N(radius)}\"");

    /// <summary>Opens a group: a thing's box of width × height units, put at a place, scaled, and turned about its middle.</summary>
    internal void Open(double x, double y, double scaleX, double scaleY, double turn, double width, double height)
    {
        string rotate = turn == 0 ? "" : $" rotate({N(turn)} {N(width / 2)} {N(height / 2)})";
        double originX = scaleX < 0 ? x - (scaleX * width) : x;
        _body.Append($"<g transform=\"translate({N(originX)} {N(y)}) scale({N3(scaleX)} {N3(scaleY)}){rotate}\">\n");
    }

    internal void Close() => _body.Append("</g>\n");

    /// <summary>The finished SVG document: viewBox in picture units, size in pixels.</summary>
    internal string Finish(double width, double height, int pixelWidth, int pixelHeight)
    {
        var document = new StringBuilder(_body.Length + 4096);
        document.Append($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{pixelWidth}\" height=\"{pixelHeight}\" ");
        document.Append($"viewBox=\"0 0 {N(width)} {N(height)}\" preserveAspectRatio=\"none\">\n<defs>\n");
        foreach (string definition in _definitions.Values)
        {
            document.Append(definition).Append('\n');
        }

        return document.Append("</defs>\n").Append(_body).Append("</svg>\n").ToString();
    }

    /// <summary>A number with one decimal: enough for a drawing, and the same text on every machine.</summary>
    internal static string N(double value) => Number(value, 10, "0.#");

    private static string N3(double value) => Number(value, 1000, "0.###");

    private static string Number(double value, int unit, string format)
    {
        double rounded = Math.Round(value * unit, MidpointRounding.AwayFromZero) / unit;
        return rounded == 0 ? "0" : rounded.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Join(ReadOnlySpan<double> points)
    {
        var text = new StringBuilder(points.Length * 5);
        for (int i = 0; i < points.Length; i++)
        {
            text.Append(i == 0 ? "" : i % 2 == 0 ? " " : ",").Append(N(points[i]));
        }

        return text.ToString();
    }
}
