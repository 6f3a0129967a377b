using Microsoft.Extensions.Time.Testing;
using Rubato.Storage.ObjectStores;
using Xunit;

namespace Rubato.UnitTests.Storage.ObjectStores;

/// <summary>Without faults the fake keeps the contract; with them it does what its fault model says.</summary>
public sealed class FaultyObjectStoreTests : ObjectStoreContract
{
    private readonly FakeTimeProvider _time = new();
    private readonly ProcessLife _life = new();
    private readonly StoredObjects _objects;
    private StoreFault _fault;

    public FaultyObjectStoreTests()
    {
        _objects = new StoredObjects(_time);
        Store = new FaultyObjectStore(_objects, _life, _ => _fault, new Random(1)) { Delay = () => _time.Advance(TimeSpan.FromSeconds(1)) };
    }

    protected override IObjectStore Store { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StoreFault.Error, false)]
    [InlineData(StoreFault.LostAnswer, true)]
    public async Task A_put_that_fails_may_have_had_its_effect(StoreFault fault, bool isThere)
    {
        _fault = fault;
        await Assert.ThrowsAnyAsync<IOException>(async () => await Store.PutAsync("t/x", new byte[3], Token));
        Assert.Equal(isThere, _objects.Keys.Contains("t/x"));
    }

    [Fact]
    public async Task A_short_read_is_an_error_after_a_part()
    {
        await Store.PutAsync("t/x", Enumerable.Repeat((byte)7, 100).ToArray(), Token);
        _fault = StoreFault.ShortRead;
        var into = new byte[100];
        await Assert.ThrowsAnyAsync<IOException>(async () => await Store.GetRangeAsync("t/x", 0, into, Token));
        Assert.Contains((byte)0, into);
        await Assert.ThrowsAnyAsync<IOException>(async () => await Store.GetAsync("t/x", Token));
        await Assert.ThrowsAnyAsync<IOException>(async () => await Store.ListAsync("t/", Token).ToListAsync(Token));
    }

    [Fact]
    public async Task A_stale_list_lacks_the_newest_and_has_what_is_gone()
    {
        await Store.PutAsync("t/old", new byte[1], Token);
        await Store.DeleteAsync("t/old", Token);
        await Store.PutAsync("t/new", new byte[1], Token);
        Assert.Equal(["t/old"], _objects.List("t/", changesAgo: 2).Select(info => info.Key));
        _fault = StoreFault.StaleList;
        for (var i = 0; i < 20; i++) Assert.DoesNotContain("t/new", await Store.ListAsync("t/", Token).Select(info => info.Key).ToListAsync(Token));
        Assert.NotNull(await Store.HeadAsync("t/new", Token));
    }

    [Theory]
    [InlineData(StoreFault.Kill, false)]
    [InlineData(StoreFault.KillAfter, true)]
    public async Task Nothing_reaches_the_store_after_a_kill(StoreFault fault, bool isThere)
    {
        _fault = fault;
        await Assert.ThrowsAsync<ProcessKilledException>(async () => await Store.PutAsync("t/x", new byte[1], Token));
        _fault = StoreFault.None;
        await Assert.ThrowsAsync<ProcessKilledException>(async () => await Store.PutAsync("t/y", new byte[1], Token));
        Assert.Equal(isThere ? ["t/x"] : [], _objects.Keys);
    }

    [Fact]
    public async Task A_slow_call_takes_virtual_time()
    {
        var before = _time.GetUtcNow();
        _fault = StoreFault.Slow;
        await Store.PutAsync("t/x", new byte[1], Token);
        Assert.Equal(TimeSpan.FromSeconds(1), _time.GetUtcNow() - before);
    }
}
