using System.Diagnostics;
using System.Globalization;
using OpenTelemetry.Trace;

namespace Rubato.Client;

/// <summary>
/// Some paths always, the rest at a rate. The path is that of <c>http.target</c>, <c>url.path</c>, <c>http.url</c> or <c>url.full</c>, whichever the span has when it
/// starts; one that begins with one of the prefixes is sampled. For other spans the caller's decision counts, and for roots the rate. The parent's trace state is kept.
/// </summary>
public sealed class HeadBasedSampler : Sampler
{
    private readonly TraceIdRatioBasedSampler _default;
    private readonly string[] _prefixes;

    /// <summary>The rate is cut to 0 to 1.</summary>
    /// <param name="defaultRate">Share of the other traces.</param>
    /// <param name="forceSample">Beginnings of paths, such as <c>/api/payment</c>. Upper and lower case differ.</param>
    public HeadBasedSampler(double defaultRate, params string[] forceSample)
    {
        ArgumentNullException.ThrowIfNull(forceSample);
        if (double.IsNaN(defaultRate))
        {
            throw new ArgumentOutOfRangeException(nameof(defaultRate), "a rate is a number from 0 to 1");
        }

        DefaultRate = Math.Clamp(defaultRate, 0, 1);
        _default = new TraceIdRatioBasedSampler(DefaultRate);
        _prefixes = [.. forceSample];
        Description = string.Create(CultureInfo.InvariantCulture, $"HeadBasedSampler{{default={DefaultRate},force=[{string.Join(' ', _prefixes)}]}}");
    }

    /// <summary>Share of traces whose path is none of the prefixes, 0 to 1.</summary>
    public double DefaultRate { get; }

    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        ActivityContext parent = samplingParameters.ParentContext;
        bool sampled = StartAttributes.Path(samplingParameters.Tags) is { } path && _prefixes.Any(prefix => path.StartsWith(prefix, StringComparison.Ordinal));
        if (!sampled)
        {
            sampled = parent.TraceId != default
                ? (parent.TraceFlags & ActivityTraceFlags.Recorded) != 0
                : _default.ShouldSample(samplingParameters).Decision == SamplingDecision.RecordAndSample;
        }

        return new SamplingResult(sampled ? SamplingDecision.RecordAndSample : SamplingDecision.Drop, [], parent.TraceState!);
    }
}
