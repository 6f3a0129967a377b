using Rubato.Model.Spans;

namespace Rubato.Storage.Blocks.V1.Indexing;

/// <summary>
/// Which bits of an id tell a block's traces from each other:
/// <code>
/// id   |-- skip --|-- bucket --|---- remainder, 32 bits ----|-- left out --|
///       all alike    about 16     sorted within its bucket
///                  ids share one
/// </code>
/// </summary>
/// <param name="First">The first id, for the bits that all share.</param>
/// <param name="Skip">How many these are.</param>
/// <param name="BucketBits">Bits of a bucket's number.</param>
internal readonly record struct TraceIdForm(TraceId First, int Skip, int BucketBits)
{
    /// <summary>False: the id differs where all ids of the block are alike.</summary>
    public bool MayHold(TraceId id) => CommonBits(id, First) >= Skip;

    public int BucketOf(TraceId id) => BucketBits == 0 ? 0 : (int)(Window(id) >> (64 - BucketBits));

    public uint RemainderOf(TraceId id) => (uint)(Window(id) >> (32 - BucketBits));

    /// <summary>All that is kept of an id, as one number.</summary>
    public ulong KeptBits(TraceId id) => Window(id) >> (32 - BucketBits);

    public static int CommonBits(TraceId a, TraceId b) => (int)UInt128.LeadingZeroCount(new UInt128(a.High ^ b.High, a.Low ^ b.Low));

    /// <summary>64 bits of the id after the first ones; zeros where it ends.</summary>
    private ulong Window(TraceId id) => (ulong)((new UInt128(id.High, id.Low) << Skip) >> 64);
}
