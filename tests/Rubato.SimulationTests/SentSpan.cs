using Rubato.Model.Spans;
using Rubato.Model.Tenants;

namespace Rubato.SimulationTests;

/// <summary>A span that was sent, as the oracle remembers it. Its number is an attribute of the span, so that an answer tells exactly which spans it has.</summary>
internal sealed class SentSpan(long number, TenantId tenant, Span span)
{
    public const string NumberKey = "sim.number";
    public const string TextKey = "sim.text";

    public long Number => number;

    public TenantId Tenant => tenant;

    public Span Span => span;

    /// <summary>
    /// The number of the acknowledgement, over all spans. Never acknowledged: <see cref="int.MaxValue"/>; such a span may be there or not,
    /// since its request failed or a kill cut it off.
    /// </summary>
    public int AcknowledgedAt { get; set; } = int.MaxValue;

    /// <summary>Follows from the number, so that a value in the wrong row shows.</summary>
    public static string TextOf(long number) => $"text-{number * 7919 % 1009}-{new string((char)('a' + (number % 26)), (int)(number % 40))}";

    public override string ToString() => $"span {number} (tenant {tenant.Value}, trace {span.TraceId}, {(AcknowledgedAt < int.MaxValue ? "acknowledged" : "not acknowledged")})";
}
