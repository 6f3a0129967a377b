using Rubato.Commands.Storage;
using Rubato.Storage.ObjectStores;
using Rubato.Testing.ObjectStores;
using Rubato.UnitTests.Storage.ObjectStores;
using Xunit;

namespace Rubato.UnitTests.Commands;

public sealed class StorageCheckTests : IAsyncLifetime
{
    private FakeS3Server _server = null!;

    public async ValueTask InitializeAsync() => _server = await FakeStores.StartS3Async();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_store_that_works_passes_every_step_and_is_left_as_it_was()
    {
        var steps = await RunAsync();
        Assert.All(steps, step => Assert.True(step.Outcome == StorageCheckOutcome.Good, step.ToString()));
        Assert.Equal(9, steps.Count);
        Assert.Empty(_server.Keys);
    }

    [Theory]
    [InlineData("LIST", "list", "s3:ListBucket")]
    [InlineData("PUT", "write", "s3:PutObject")]
    [InlineData("GET", "read", "s3:GetObject")]
    [InlineData("DELETE", "delete", "s3:DeleteObject")]
    public async Task A_missing_permission_fails_its_step_and_is_named(string verb, string step, string permission)
    {
        _server.Faults.Decide = request => request.Verb == verb ? FakeFault.Error(403, "AccessDenied") : null;
        var steps = await RunAsync();
        var failed = Assert.Single(steps, s => s.Name == step);
        Assert.Equal(StorageCheckOutcome.Failed, failed.Outcome);
        Assert.Contains(permission, failed.ToString(), StringComparison.Ordinal);
        if (step == "write") Assert.All(steps.Skip(2), s => Assert.Equal(StorageCheckOutcome.Skipped, s.Outcome));
    }

    [Fact]
    public async Task A_store_without_conditional_writes_is_noted()
    {
        _server.Faults.Decide = request => request is { Verb: "PUT", Number: 6 } ? FakeFault.Error(501, "NotImplemented") : null;
        var steps = await RunAsync();
        Assert.Equal(StorageCheckOutcome.Doubtful, Assert.Single(steps, s => s.Name == "create, once only").Outcome);
    }

    [Fact]
    public async Task A_store_that_ignores_the_condition_is_found_out()
    {
        var steps = await new StorageCheck(new Careless(new MemoryObjectStore(TimeProvider.System)), TimeProvider.System, new Random(1))
            .RunAsync(_ => Task.CompletedTask, TestContext.Current.CancellationToken);
        Assert.Contains("ignores If-None-Match", Assert.Single(steps, s => s.Outcome != StorageCheckOutcome.Good).Text, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<StorageCheckStep>> RunAsync()
    {
        using var store = FakeStores.OpenS3(_server.Address);
        return await new StorageCheck(store, TimeProvider.System, new Random(1)).RunAsync(_ => Task.CompletedTask, TestContext.Current.CancellationToken);
    }

    private sealed class Careless(IObjectStore inner) : IObjectStore
    {
        public string Backend => inner.Backend;

        public ValueTask<byte[]> GetAsync(string key, CancellationToken cancellationToken = default) => inner.GetAsync(key, cancellationToken);

        public ValueTask GetRangeAsync(string key, long offset, Memory<byte> into, CancellationToken cancellationToken = default) => inner.GetRangeAsync(key, offset, into, cancellationToken);

        public ValueTask<ObjectInfo?> HeadAsync(string key, CancellationToken cancellationToken = default) => inner.HeadAsync(key, cancellationToken);

        public ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => inner.PutAsync(key, content, cancellationToken);

        public ValueTask PutAsync(string key, Stream content, CancellationToken cancellationToken = default) => inner.PutAsync(key, content, cancellationToken);

        public ValueTask PutFileAsync(string key, string path, CancellationToken cancellationToken = default) => inner.PutFileAsync(key, path, cancellationToken);

        public async ValueTask<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
        {
            await inner.PutAsync(key, content, cancellationToken);
            return true;
        }

        public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, cancellationToken);

        public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListFoldersAsync(prefix, cancellationToken);

        public ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default) => inner.DeleteAsync(key, cancellationToken);
    }
}
