using Prometheus;
using Rubato.Storage.ObjectStores;
using Rubato.Storage.ObjectStores.Local;
using Xunit;

namespace Rubato.UnitTests.Storage.ObjectStores;

public sealed class LocalObjectStoreTests : ObjectStoreContract, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("rubato-store").FullName;

    public LocalObjectStoreTests() => Store = new MeasuredObjectStore(new LocalObjectStore(_root));

    protected override IObjectStore Store { get; }

    [Fact]
    public async Task Objects_are_plain_files_that_readers_may_open()
    {
        await Store.PutAsync("t/b/x", "1"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal(Path.Combine(_root, "t", "b", "x"), Store.TryGetLocalPath("t/b/x"));
        Assert.True(File.Exists(Store.TryGetLocalPath("t/b/x")));
    }

    [Fact]
    public async Task What_a_crash_left_of_a_put_is_not_listed_and_goes_with_its_folder()
    {
        await Store.PutAsync("t/b/x", "1"u8.ToArray(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(_root, "t/b/y.1-1.rubato-tmp"), "half", TestContext.Current.CancellationToken);
        await foreach (var info in Store.ListAsync("", TestContext.Current.CancellationToken))
            Assert.Equal("t/b/x", info.Key);

        await Store.DeleteAsync("t/b/x", TestContext.Current.CancellationToken);

        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }

    [Fact]
    public async Task Errors_are_counted_and_absence_is_not()
    {
        var counter = Metrics.CreateCounter(
            "tempo_storage_errors_total", "Failed calls to the object store; an absent object is not a failure.", "backend", "operation");
        var before = counter.WithLabels("local", "read").Value;
        await Assert.ThrowsAsync<ObjectNotFoundException>(async () => await Store.GetAsync("none", TestContext.Current.CancellationToken));
        Assert.Equal(before, counter.WithLabels("local", "read").Value);

        Directory.CreateDirectory(Path.Combine(_root, "folder"));
        await Assert.ThrowsAnyAsync<Exception>(async () => await Store.GetAsync("folder", TestContext.Current.CancellationToken));
        Assert.True(counter.WithLabels("local", "read").Value > before);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
