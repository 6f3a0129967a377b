using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;

namespace Rubato.Storage.BlockLists;

/// <summary>A block that queries leave out, and why.</summary>
/// <param name="Meta">Null when the description itself is what is damaged: then nothing but a person ever deletes it.</param>
public sealed record QuarantinedBlock(TenantId Tenant, BlockId BlockId, string Reason, BlockMeta? Meta);
