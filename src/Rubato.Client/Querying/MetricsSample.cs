namespace Rubato.Client;

/// <summary>A value at a time.</summary>
/// <param name="Time">The end of the interval that it is about; 1970 for an instant query.</param>
/// <param name="Value">Seconds where it is a duration.</param>
public readonly record struct MetricsSample(DateTimeOffset Time, double Value);
