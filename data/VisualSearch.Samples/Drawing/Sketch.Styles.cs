using System.Globalization;

namespace VisualSearch.Samples.Drawing;

/// <summary>What each style makes of a filled shape and of a line.</summary>
internal sealed partial class Sketch
{
    private static readonly Ink Paper = new(0xfdfcf7), Board = new(0x263a33), Outline = new(0x1d1d22);
    private static readonly Ink DuskDark = new(0x9c4f5e), DuskLight = new(0xfdbf78), Shadow = new(0x16161c), Glow = new(0xfff8e4);

    private const string Joined = "stroke-linejoin=\"round\"";

    private void Shape(Ink ink, string element)
    {
        switch (Style.Name)
        {
            case "cartoon" when !IsScenery:
                Emit(element, $" fill=\"{ink}\" stroke=\"{Outline}\" stroke-width=\"3.2\" {Joined}");
                break;
            case "pencil":
                Ink lead = IsScenery ? ScenePencil(ink) : PencilLead(ink);
                Emit(element, IsScenery
                    ? $" fill=\"{Hatch(lead, Paper.Mix(lead, 0.35), 0.45)}\" stroke=\"{ink.Mix(Ink.Grey, 0.6)}\" stroke-width=\"1.2\""
                    : $" fill=\"{Hatch(lead, Paper.Mix(lead, 0.4), 0.6)}\" stroke=\"{lead.Darker(0.35)}\" stroke-width=\"2\" {Joined}");
                break;
            case "shaded":
                Emit(element, $" fill=\"{Gradient(ink)}\"");
                break;
            case "pastel":
                Emit(element, $" fill=\"{ink.Lighter(IsScenery ? 0.55 : 0.32)}\"");
                break;
            case "silhouette":
                Emit(element, $" fill=\"{(IsScenery ? Dusk(ink) : SilhouetteInk(ink))}\"");
                break;
            case "chalk":
                Emit(element, IsScenery
                    ? $" fill=\"{Board.Mix(ink, 0.24)}\" stroke=\"{Board.Mix(ink, 0.42)}\" stroke-width=\"1.4\""
                    : $" fill=\"{Hatch(ink.Lighter(0.12), Board.Mix(ink, 0.4), 0.5)}\" stroke=\"{ink.Lighter(0.3)}\" stroke-width=\"3.4\" {Joined}");
                break;
            case "paper":
                double lift = IsScenery ? 3 : 2.6;
                _body.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({N(lift)} {N(lift)})\" fill-opacity=\"0.28\">");
                Emit(element, $" fill=\"{Shadow}\"");
                _body.Append("</g>");
                Emit(element, $" fill=\"{ink}\" stroke=\"{ink.Lighter(0.45)}\" stroke-width=\"0.8\"");
                break;
            default:
                Emit(element, $" fill=\"{ink}\"");
                break;
        }
    }

    private void Stroke(Ink ink, double width, string element)
    {
        Ink color = Style.Name switch
        {
            "pencil" => IsScenery ? ScenePencil(ink) : PencilLead(ink),
            "pastel" => ink.Lighter(IsScenery ? 0.5 : 0.3),
            "silhouette" => IsScenery ? Dusk(ink) : SilhouetteInk(ink),
            "chalk" => IsScenery ? Board.Mix(ink, 0.42) : ink.Lightness < 0.35 ? Ink.Silver : ink.Lighter(0.15),
            _ => ink,
        };
        string ends = "stroke-linecap=\"round\" " + Joined;
        if (Style.Name == "cartoon" && !IsScenery && width >= 4)
        {
            Emit(element, $" fill=\"none\" stroke=\"{Outline}\" stroke-width=\"{N(width + 4.5)}\" {ends}");
        }

        Emit(element, $" fill=\"none\" stroke=\"{color}\" stroke-width=\"{N(width)}\" {ends}");
    }

    private void Emit(string element, string attributes) => _body.Append(element).Append(attributes).Append("/>\n");

    private string Gradient(Ink ink)
    {
        string id = (IsScenery ? "s" : "g") + ink.Rgb.ToString("x6", CultureInfo.InvariantCulture);
        Ink top = ink.Lighter(IsScenery ? 0.35 : 0.45), bottom = ink.Darker(IsScenery ? 0.12 : 0.32);
        string direction = IsScenery ? "x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\"" : "x1=\"0.1\" y1=\"0\" x2=\"0.6\" y2=\"1\"";
        _definitions[id] = $"<linearGradient id=\"{id}\" {direction}><stop offset=\"0\" stop-color=\"{top}\"/>"
            + $"<stop offset=\"0.45\" stop-color=\"{ink}\"/><stop offset=\"1\" stop-color=\"{bottom}\"/></linearGradient>";
        return $"url(#{id})";
    }

    private string Hatch(Ink line, Ink ground, double cover)
    {
        string id = (IsScenery ? "t" : "h") + line.Rgb.ToString("x6", CultureInfo.InvariantCulture);
        string across = IsScenery ? "x2=\"3\" y2=\"-6\"" : "x2=\"3\" y2=\"4\"";
        // A repeated gradient, not a pattern: librsvg drops a pattern whose tile is smaller than a pixel, and with it all colour.
        _definitions[id] = $"<linearGradient id=\"{id}\" gradientUnits=\"userSpaceOnUse\" "
            + $"x1=\"0\" y1=\"0\" {across} spreadMethod=\"repeat\">"
            + $"<stop offset=\"0\" stop-color=\"{line}\"/><stop offset=\"{cover}\" stop-color=\"{line}\"/>"
            + $"<stop offset=\"{cover}\" stop-color=\"{ground}\"/><stop offset=\"1\" stop-color=\"{ground}\"/></linearGradient>";
        return $"url(#{id})";
    }

    /// <summary>A white pencil leaves no line on paper: what is white is drawn with thin grey.</summary>
    private static Ink PencilLead(Ink ink) => ink.Lightness > 0.93 ? new Ink(0xe4e4e0) : ink;

    private static Ink ScenePencil(Ink ink) => ink.Mix(Paper, ink.Lightness < 0.4 ? 0.5 : 0.2);

    private static Ink Dusk(Ink ink) => DuskDark.Mix(DuskLight, Math.Clamp((ink.Lightness - 0.25) / 0.65, 0, 1));

    /// <summary>Only what is nearly white (eyes, windows, foam) keeps light, so that a silhouette is still told by its holes.</summary>
    private static Ink SilhouetteInk(Ink ink) => ink.Lightness > 0.78 ? Glow : Shadow;
}
