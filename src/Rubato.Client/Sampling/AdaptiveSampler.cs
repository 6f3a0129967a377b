using System.Globalization;
using OpenTelemetry.Trace;

namespace Rubato.Client;

/// <summary>
/// Few ordinary traces, more of the failed ones, more of the slow ones. A span that carries <c>error = true</c> or an <c>http.status_code</c> (also
/// <c>http.response.status_code</c>) of 400 or more when it starts is sampled at the error rate; any other root at the base rate.
/// </summary>
/// <remarks>
/// <para>At its start nobody knows that a trace will be slow. So a head decision of "no" still records the spans, and a processor (added by
/// <see cref="RubatoTracing"/> and <c>AddRubatoTracing</c>) holds them until this process's part of the trace ends: slower than the threshold keeps it at the slow
/// rate, failed keeps it at the error rate. Kept means: of this process. Other services have been told "no", and decide for their own parts.</para>
/// <para>A caller's "yes" is always followed.</para>
/// </remarks>
public sealed class AdaptiveSampler : Sampler
{
    private readonly TraceIdRatioBasedSampler _base;
    private readonly TraceIdRatioBasedSampler _error;
    private readonly TraceIdRatioBasedSampler _slow;

    /// <summary>Rates are cut to 0 to 1.</summary>
    /// <param name="baseRate">Share of ordinary traces, such as 0.01.</param>
    /// <param name="errorRate">Share of failed traces, such as 1.</param>
    /// <param name="slowRate">Share of slow traces, such as 0.5.</param>
    /// <param name="slowThreshold">From when on a trace is slow, such as one second.</param>
    public AdaptiveSampler(double baseRate, double errorRate, double slowRate, TimeSpan slowThreshold)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(slowThreshold, TimeSpan.Zero);
        BaseRate = Rate(baseRate);
        ErrorRate = Rate(errorRate);
        SlowRate = Rate(slowRate);
        SlowThreshold = slowThreshold;
        _base = new TraceIdRatioBasedSampler(BaseRate);
        _error = new TraceIdRatioBasedSampler(ErrorRate);
        _slow = new TraceIdRatioBasedSampler(SlowRate);
        Description = string.Create(CultureInfo.InvariantCulture, $"AdaptiveSampler{{base={BaseRate},error={ErrorRate},slow={SlowRate}}}");
    }

    /// <summary>Share of ordinary traces, 0 to 1.</summary>
    public double BaseRate { get; }

    /// <summary>Share of failed traces, 0 to 1.</summary>
    public double ErrorRate { get; }

    /// <summary>Share of slow traces, 0 to 1.</summary>
    public double SlowRate { get; }

    /// <summary>From when on a trace is slow.</summary>
    public TimeSpan SlowThreshold { get; }

    private bool KeepsLater => ErrorRate > 0 || SlowRate > 0;

    /// <inheritdoc/>
    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        string? state = samplingParameters.ParentContext.TraceState;
        bool hasParent = samplingParameters.ParentContext.TraceId != default;
        bool sampled = hasParent && (samplingParameters.ParentContext.TraceFlags & System.Diagnostics.ActivityTraceFlags.Recorded) != 0;
        if (!sampled && StartAttributes.SayError(samplingParameters.Tags))
        {
            sampled = Chosen(_error, samplingParameters);
        }
        else if (!hasParent)
        {
            sampled = Chosen(_base, samplingParameters);
        }

        return new SamplingResult(sampled ? SamplingDecision.RecordAndSample : KeepsLater ? SamplingDecision.RecordOnly : SamplingDecision.Drop, [], state!);
    }

    /// <summary>Whether a trace that turned out slow or failed is kept: by its id, as the head decides.</summary>
    internal bool KeepsSlow(in SamplingParameters parameters) => Chosen(_slow, parameters);

    /// <inheritdoc cref="KeepsSlow"/>
    internal bool KeepsFailed(in SamplingParameters parameters) => Chosen(_error, parameters);

    private static bool Chosen(TraceIdRatioBasedSampler sampler, in SamplingParameters parameters) => sampler.ShouldSample(parameters).Decision == SamplingDecision.RecordAndSample;

    private static double Rate(double rate) => double.IsNaN(rate) ? throw new ArgumentOutOfRangeException(nameof(rate), "a rate is a number from 0 to 1") : Math.Clamp(rate, 0, 1);
}
