using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Samples.MetricsExemplars;

/// <summary>What a metrics backend would get: each value with the traces that it can be looked up by.</summary>
internal sealed class ExemplarPrinter(TextWriter output) : BaseExporter<Metric>
{
    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (Metric metric in batch)
        {
            foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
            {
                string value = metric.MetricType == MetricType.Histogram
                    ? string.Create(CultureInfo.InvariantCulture, $"count={point.GetHistogramCount()} sum={point.GetHistogramSum():F1}")
                    : point.GetSumLong().ToString(CultureInfo.InvariantCulture);
                output.WriteLine($"{metric.Name} {metric.Unit} {value}");
                if (!point.TryGetExemplars(out ReadOnlyExemplarCollection exemplars))
                {
                    continue;
                }

                foreach (ref readonly Exemplar exemplar in exemplars)
                {
                    double measured = metric.MetricType == MetricType.Histogram ? exemplar.DoubleValue : exemplar.LongValue;
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  exemplar {measured:F1} traceID={exemplar.TraceId.ToHexString()} spanID={exemplar.SpanId.ToHexString()}"));
                }
            }
        }

        return ExportResult.Success;
    }
}
