using System.Buffers.Binary;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Storage.ObjectStores.Azure;

/// <summary>Blocks that become a blob when their list is put. What is never put, Azure throws away after a week.</summary>
internal sealed class AzureUpload(BlockBlobClient blob) : IStoreUpload
{
    private readonly SortedSet<int> _parts = [];

    public bool IsParallel => true;

    public async Task SendPartAsync(int number, long offset, ReadOnlyMemory<byte> content, bool isLast, CancellationToken cancellationToken)
    {
        using var body = MemoryBody.Of(content);
        await blob.StageBlockAsync(Id(number), body, new BlockBlobStageBlockOptions { TransferValidation = AzureProtocol.Checksum }, cancellationToken);
        lock (_parts)
            _parts.Add(number);
    }

    public async Task CompleteAsync(CancellationToken cancellationToken) =>
        await blob.CommitBlockListAsync(_parts.Select(Id), new CommitBlockListOptions(), cancellationToken);

    public Task AbortAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>All of a blob's block names have the same length.</summary>
    private static string Id(int number)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return Convert.ToBase64String(bytes);
    }
}
