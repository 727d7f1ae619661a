using System.Globalization;
using System.Text;

namespace VisualSearch.Bench.Ann;

/// <summary>Recall against queries a second, one labelled curve for each engine; both axes are what they say, the upright one logarithmic.</summary>
internal static class AnnChart
{
    private const double Width = 760, Height = 420, Left = 70, Right = 170, Top = 36, Bottom = 48, LeastRecall = 0.7;
    private static readonly string[] Colors = ["#d1495b", "#8d6a9f", "#00798c", "#30a46c", "#666666", "#edae49", "#c77d2e", "#3b6fb6"];

    public static string Draw(AnnData data, IReadOnlyList<AnnRow> rows)
    {
        IGrouping<string, AnnRow>[] curves = [.. rows.Where(row => row.Recall10 >= LeastRecall).GroupBy(row => row.Engine)];
        double most = Math.Pow(10, Math.Ceiling(Math.Log10(rows.Max(row => row.Qps)))), least = Math.Pow(10, Math.Floor(Math.Log10(rows.Min(row => row.Qps))));
        var svg = new StringBuilder();
        svg.Append(Text($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {Height}\" font-family=\"system-ui, sans-serif\" font-size=\"12\">"));
        svg.Append(Text($"<rect width=\"{Width}\" height=\"{Height}\" fill=\"#fff\"/><text x=\"{Left}\" y=\"20\" font-size=\"14\" fill=\"#222\">{data.Title}: upper right is better</text>"));
        for (double qps = least; qps <= most; qps *= 10)
            Line(svg, Left, Y(qps), Width - Right, Y(qps), Text($"{qps:N0}"), Left - 6, Y(qps) + 4, "end");
        for (int percent = (int)(LeastRecall * 100); percent <= 100; percent += 5)
            Line(svg, X(percent / 100.0), Top, X(percent / 100.0), Height - Bottom, Text($"{percent / 100.0:0.00}"), X(percent / 100.0), Height - Bottom + 16, "middle");
        svg.Append(Text($"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 10}\" text-anchor=\"middle\" fill=\"#444\">recall@10</text>"));
        svg.Append(Text($"<text transform=\"translate(16 {(Top + Height - Bottom) / 2}) rotate(-90)\" text-anchor=\"middle\" fill=\"#444\">queries a second, one thread (log scale)</text>"));
        double last = double.MinValue;
        foreach ((IGrouping<string, AnnRow> curve, int i) in curves.OrderBy(c => Y(c.OrderBy(r => r.Recall10).Last().Qps)).Select((curve, i) => (curve, i)))
        {
            AnnRow[] points = [.. curve.OrderBy(row => row.Recall10)];
            string color = Colors[i % Colors.Length];
            svg.Append(Text($"<polyline fill=\"none\" stroke=\"{color}\" stroke-width=\"2\" points=\"{string.Join(' ', points.Select(p => Text($"{X(p.Recall10):0.0},{Y(p.Qps):0.0}")))}\"/>"));
            foreach (AnnRow point in points)
                svg.Append(Text($"<circle cx=\"{X(point.Recall10):0.0}\" cy=\"{Y(point.Qps):0.0}\" r=\"3\" fill=\"{color}\"><title>{point.Engine} {point.Setting}: recall {point.Recall10:0.000}, {point.Qps:N0} a second</title></circle>"));
            last = Math.Max(Y(points[^1].Qps) + 4, last + 14);
            svg.Append(Text($"<text x=\"{Width - Right + 8}\" y=\"{last:0.0}\" fill=\"{color}\">{curve.Key}</text>"));
        }

        return svg.Append("</svg>\n").ToString();

        double X(double recall) => Left + ((recall - LeastRecall) / (1 - LeastRecall) * (Width - Left - Right));

        double Y(double qps) => Top + (Math.Log(most / qps) / Math.Log(most / least) * (Height - Top - Bottom));
    }

    private static void Line(StringBuilder svg, double x1, double y1, double x2, double y2, string label, double x, double y, string anchor) =>
        svg.Append(Text($"<path d=\"M{x1:0.0} {y1:0.0}L{x2:0.0} {y2:0.0}\" stroke=\"#ddd\"/><text x=\"{x:0.0}\" y=\"{y:0.0}\" text-anchor=\"{anchor}\" fill=\"#444\">{label}</text>"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
