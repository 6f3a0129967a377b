using Rubato.Model.Tenants;

namespace Rubato.Storage.Wal;

/// <param name="Payload">Decompressed, in a buffer of the replay: valid until the next read.</param>
public readonly record struct WalRecord(long Sequence, TenantId Tenant, ReadOnlyMemory<byte> Payload);
