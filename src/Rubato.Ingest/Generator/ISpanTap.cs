using Rubato.Model.Tenants;

namespace Rubato.Ingest.Generator;

/// <summary>Gets what the ingester has kept, after it was kept. Called within the ingester's lock: it must not wait.</summary>
public interface ISpanTap
{
    /// <summary>Whether the tenant's spans are wanted.</summary>
    bool IsOn(TenantId tenant);

    /// <summary>Rows of a batch that is full now, which nobody has taken yet.</summary>
    void Offer(TenantId tenant, SpanSlice slice);
}
