using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;

namespace Rubato.Storage.Compaction;

/// <summary>
/// Keeps two processes from merging the same block into two others, with nothing but "create if absent":
/// <code>
/// claim     create A/claim.0 naming the output O, for every input A   exists: claimed by another; the fate of its output decides
/// commit    create O/rubato.json with the description                 exists: given up by another; the merge is void
/// give up   create O/rubato.json with the words "given up"            exists: committed after all
/// </code>
/// The fate of O is decided by whoever creates O/rubato.json first, once and for all. A claim is valid until its output is given up; then the next
/// number may be created. Claims are never deleted but with their block. So no two committed blocks have an input in common.
/// A claim of this process from before its start is void at once (the output is given up), one of another process after the timeout.
/// </summary>
internal sealed class CompactionClaims(IObjectStore store, Guid owner, TimeSpan timeout, TimeProvider time)
{
    // Each number is a merge of the block that failed. Enough for years of failures an hour; then a person should look.
    private const int MaxClaims = 10_000;

    /// <summary>What came of a try to claim.</summary>
    public enum Outcome
    {
        Claimed,

        /// <summary>Another merge has it, or one that nobody can tell from a running one yet.</summary>
        Busy,

        /// <summary>It is part of a committed block already.</summary>
        Merged,
    }

    /// <summary>Claims one input for an output of this process.</summary>
    /// <returns>What came of it, and with <see cref="Outcome.Merged"/> the block that it is part of.</returns>
    /// <exception cref="IOException">The store does not answer; the claim may stand or not.</exception>
    public async Task<(Outcome Outcome, BlockId Other)> TryClaimAsync(TenantId tenant, BlockId input, BlockId output, CancellationToken cancellationToken)
    {
        var mine = new CompactionClaim(output, owner, time.GetUtcNow());
        for (var number = 0; number < MaxClaims; number++)
        {
            var key = BlockKeys.Of(tenant, input, CompactionClaim.FileName(number));
            if (await store.TryCreateAsync(key, mine.ToJson(), cancellationToken)) return (Outcome.Claimed, default);
            // Bytes that are no claim cannot be told from a claim of a newer program: hands off.
            if (CompactionClaim.TryParse(await store.GetAsync(key, cancellationToken)) is not { } claim) return (Outcome.Busy, default);
            // A try whose answer got lost.
            if (claim.Output == output) return (Outcome.Claimed, default);
            switch (await FateAsync(tenant, claim.Output, cancellationToken))
            {
                case Fate.Committed:
                    return (Outcome.Merged, claim.Output);
                case Fate.Open when claim.Owner != owner && time.GetUtcNow() - claim.Time < timeout:
                    return (Outcome.Busy, default);
                case Fate.Open when !await TryGiveUpAsync(tenant, claim.Output, cancellationToken):
                    return (Outcome.Merged, claim.Output);
            }
        }

        return (Outcome.Busy, default);
    }

    /// <summary>Makes the output live, unless somebody gave it up before.</summary>
    /// <exception cref="IOException">It may be committed or not: <see cref="TryGiveUpAsync"/> tells, or makes it so.</exception>
    public async Task<bool> TryCommitAsync(BlockMeta output, CancellationToken cancellationToken)
    {
        var json = output.ToJson();
        var key = BlockKeys.Of(output.TenantId, output.BlockId, BlockKeys.Meta);
        return await store.TryCreateAsync(key, json, cancellationToken) || (await store.GetAsync(key, cancellationToken)).AsSpan().SequenceEqual(json);
    }

    /// <summary>Makes sure that the output is never committed, and takes away what it left.</summary>
    /// <returns>False: it is committed.</returns>
    public async Task<bool> TryGiveUpAsync(TenantId tenant, BlockId output, CancellationToken cancellationToken)
    {
        var key = BlockKeys.Of(tenant, output, BlockKeys.Meta);
        if (!await store.TryCreateAsync(key, BlockMeta.GivenUp.ToArray(), cancellationToken)
            && !(await store.GetAsync(key, cancellationToken)).AsSpan().SequenceEqual(BlockMeta.GivenUp)) return false;
        foreach (var name in (string[])[BlockKeys.Data, BlockKeys.Index, HeldRecords.FileName])
            await store.DeleteAsync(BlockKeys.Of(tenant, output, name), cancellationToken);
        return true;
    }

    private async Task<Fate> FateAsync(TenantId tenant, BlockId output, CancellationToken cancellationToken)
    {
        try
        {
            var json = await store.GetAsync(BlockKeys.Of(tenant, output, BlockKeys.Meta), cancellationToken);
            return json.AsSpan().SequenceEqual(BlockMeta.GivenUp) ? Fate.GivenUp : Fate.Committed;
        }
        catch (ObjectNotFoundException)
        {
            // Marked compacted: committed, and its time has come already. The mark is put before the description goes.
            return await store.HeadAsync(BlockKeys.Of(tenant, output, BlockKeys.CompactedMeta), cancellationToken) is null ? Fate.Open : Fate.Committed;
        }
    }

    private enum Fate
    {
        Open,
        GivenUp,
        Committed,
    }
}
