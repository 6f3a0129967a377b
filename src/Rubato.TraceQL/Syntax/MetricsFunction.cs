namespace Rubato.TraceQL.Syntax;

public enum MetricsFunction : byte
{
    Rate,
    CountOverTime,
    MinOverTime,
    MaxOverTime,
    AvgOverTime,
    SumOverTime,
    HistogramOverTime,
    QuantileOverTime,
}
