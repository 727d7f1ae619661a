using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace VisualSearch.Api.Telemetry;

/// <summary>Turns what OpenTelemetry has added up into Prometheus' text.</summary>
internal sealed class PrometheusExporter : BaseExporter<Metric>
{
    /// <summary>The text of the latest collection.</summary>
    public byte[] Text { get; private set; } = [];

    public override ExportResult Export(in Batch<Metric> batch)
    {
        var text = new PrometheusText();
        foreach (var metric in batch) Write(text, metric);
        Text = text.ToBytes();
        return ExportResult.Success;
    }

    private static void Write(PrometheusText text, Metric metric)
    {
        var type = metric.MetricType switch
        {
            MetricType.LongSum or MetricType.DoubleSum => "counter",
            MetricType.Histogram => "histogram",
            MetricType.LongGauge or MetricType.DoubleGauge or MetricType.LongSumNonMonotonic or MetricType.DoubleSumNonMonotonic => "gauge",
            _ => null,
        };
        // Exponential histograms have no form in this format; we make none.
        if (type is null) return;
        var name = PrometheusName.Metric(metric.Name, metric.Unit, growsOnly: type == "counter");
        var begun = false;
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            // A metric without a sample has no head either.
            if (!begun) text.Head(name, type, metric.Description);
            begun = true;
            var labels = Labels(point.Tags);
            switch (metric.MetricType)
            {
                case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                    text.Sample(name, labels, point.GetSumLong());
                    break;
                case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                    text.Sample(name, labels, point.GetSumDouble());
                    break;
                case MetricType.LongGauge:
                    text.Sample(name, labels, point.GetGaugeLastValueLong());
                    break;
                case MetricType.DoubleGauge:
                    text.Sample(name, labels, point.GetGaugeLastValueDouble());
                    break;
                default:
                    Histogram(text, name, labels, point);
                    break;
            }
        }
    }

    // A bucket there counts what lies between two bounds; here all that lies below one.
    private static void Histogram(PrometheusText text, string name, List<KeyValuePair<string, string>> labels, in MetricPoint point)
    {
        long below = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            below += bucket.BucketCount;
            text.Sample($"{name}_bucket", labels, below, bucket.ExplicitBound);
        }

        text.Sample($"{name}_sum", labels, point.GetHistogramSum());
        text.Sample($"{name}_count", labels, below);
    }

    private static List<KeyValuePair<string, string>> Labels(ReadOnlyTagCollection tags)
    {
        var labels = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in tags)
        {
            labels.Add(new(PrometheusName.Label(name), value switch
            {
                null => "",
                bool truth => truth ? "true" : "false",
                IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
                _ => value.ToString() ?? "",
            }));
        }

        return labels;
    }
}
