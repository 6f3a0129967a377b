using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Rubato.Storage.ObjectStores;
using Rubato.Storage.ObjectStores.Remote;
using Rubato.Testing.ObjectStores;
using Xunit;
using StoreFault = Rubato.Storage.ObjectStores.Remote.StoreFault;

namespace Rubato.UnitTests.Storage.ObjectStores;

/// <summary>What a remote store does when the other side fails. S3's protocol stands for all: what is tested here is written once.</summary>
public sealed class RemoteObjectStoreFaultTests : IAsyncLifetime
{
    private FakeS3Server _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await FakeStores.StartS3Async();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(503, "SlowDown")]
    [InlineData(500, "InternalError")]
    [InlineData(503, "ServiceUnavailable")]
    [InlineData(429, "TooManyRequests")]
    [InlineData(400, "RequestTimeout")]
    public async Task What_may_pass_is_tried_again(int status, string code)
    {
        using var store = FakeStores.OpenS3(_server.Address);
        _server.Faults.Decide = request => request.Number < 2 ? FakeFault.Error(status, code) : null;

        await store.PutAsync("t/x", "1"u8.ToArray(), Token);

        Assert.Equal(["PUT t/x", "PUT t/x", "PUT t/x"], _server.Faults.Requests);
        Assert.NotNull(_server.Find("t/x"));
    }

    [Fact]
    public async Task A_busy_store_is_given_up_after_the_configured_tries_and_does_not_open_the_circuit()
    {
        using var store = FakeStores.OpenS3(_server.Address, FakeStores.Quick with { MaxAttempts = 6 });
        _server.Faults.Decide = _ => FakeFault.Error(503, "SlowDown");

        var failure = await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.GetAsync("t/x", Token));

        Assert.Equal((StoreFault.Throttled, 503), (failure.Fault, failure.StatusCode));
        Assert.Equal(6, _server.Faults.Requests.Count);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_is_asked_for_again()
    {
        using var store = FakeStores.OpenS3(_server.Address);
        var content = new byte[300_000];
        new Random(3).NextBytes(content);
        await store.PutAsync("t/x", content, Token);
        _server.Faults.Decide = request => request.Number is 1 or 3 ? new FakeFault { CutBodyAfter = 1_000 } : null;

        Assert.Equal(content, await store.GetAsync("t/x", Token));
        var part = new byte[200_000];
        await store.GetRangeAsync("t/x", 50_000, part, Token);
        Assert.Equal(content[50_000..250_000], part);
        Assert.Equal(5, _server.Faults.Requests.Count);
    }

    [Fact]
    public async Task A_part_of_a_large_object_is_sent_again_alone()
    {
        using var store = FakeStores.OpenS3(_server.Address);
        var content = new byte[12 << 20];
        new Random(4).NextBytes(content);
        var failed = 0;
        _server.Faults.Decide = request => request.Verb == "PUT" && Interlocked.Increment(ref failed) == 1 ? FakeFault.Error(500, "InternalError") : null;

        await store.PutAsync("t/x", new MemoryStream(content), Token);

        Assert.Equal(content, _server.Find("t/x")!.Content);
        Assert.Equal(4, _server.Faults.Requests.Count(r => r == "PUT t/x"));
        Assert.Equal(2, _server.Faults.Requests.Count(r => r == "POST t/x"));
    }

    [Fact]
    public async Task A_large_object_that_cannot_be_finished_leaves_no_parts()
    {
        using var store = FakeStores.OpenS3(_server.Address);
        _server.Faults.Decide = request => request.Verb == "PUT" && request.Number > 2 ? FakeFault.Error(403, "AccessDenied") : null;

        await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.PutAsync("t/x", new MemoryStream(new byte[20 << 20]), Token));

        Assert.Equal(0, _server.OpenUploads);
        Assert.Null(_server.Find("t/x"));
    }

    [Fact]
    public async Task A_lost_answer_to_the_last_request_of_a_large_object_is_no_failure()
    {
        using var store = FakeStores.OpenS3(_server.Address);
        var posts = 0;
        _server.Faults.Decide = request => request.Verb == "POST" && Interlocked.Increment(ref posts) == 2 ? new FakeFault { LosesAnswer = true } : null;

        await store.PutAsync("t/x", new MemoryStream(new byte[11 << 20]), Token);

        Assert.Equal(11 << 20, _server.Find("t/x")!.Content.Length);
    }

    [Fact]
    public async Task A_creation_whose_answer_got_lost_is_known_by_its_content()
    {
        using var store = FakeStores.OpenS3(_server.Address);
        _server.Faults.Decide = request => request.Number == 0 ? new FakeFault { LosesAnswer = true } : null;
        Assert.True(await store.TryCreateAsync("t/mine", "writer 1"u8.ToArray(), Token));

        // The request got lost before it arrived, and somebody else was faster.
        await store.PutAsync("t/theirs", "writer 2"u8.ToArray(), Token);
        var before = _server.Faults.Requests.Count;
        _server.Faults.Decide = request => request.Number == before ? FakeFault.Error(500, "InternalError") : null;
        Assert.False(await store.TryCreateAsync("t/theirs", "writer 1"u8.ToArray(), Token));
    }

    [Fact]
    public async Task A_dead_store_is_left_alone_until_a_probe_succeeds()
    {
        var time = new FakeTimeProvider();
        using var store = FakeStores.OpenS3(_server.Address, new RemoteStoreOptions { BackoffInitial = TimeSpan.Zero }, time: time);
        var isDead = true;
        _server.Faults.Decide = _ =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return isDead ? FakeFault.Error(500, "InternalError", "the disks are gone") : null;
        };

        var first = await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.HeadAsync("t/x", Token));
        var asked = _server.Faults.Requests.Count;
        var second = await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.GetAsync("t/y", Token));

        Assert.Equal(4, asked);
        Assert.Equal(asked, _server.Faults.Requests.Count);
        Assert.Equal((StoreFault.CircuitOpen, StoreFault.CircuitOpen), (first.Fault, second.Fault));
        Assert.Contains("the store failed", second.Message, StringComparison.Ordinal);

        // Still dead: one request finds out. Alive: the next one does.
        time.Advance(TimeSpan.FromSeconds(6));
        await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.GetAsync("t/y", Token));
        Assert.Equal(asked + 1, _server.Faults.Requests.Count);
        isDead = false;
        time.Advance(TimeSpan.FromSeconds(6));
        await store.PutAsync("t/y", "1"u8.ToArray(), Token);
        Assert.Equal("1"u8.ToArray(), await store.GetAsync("t/y", Token));
    }

    [Fact]
    public async Task A_try_that_hangs_ends_and_says_how_long_it_waited()
    {
        var time = new FakeTimeProvider();
        using var store = FakeStores.OpenS3(_server.Address, new RemoteStoreOptions { MaxAttempts = 1 }, time: time);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Faults.Decide = _ =>
        {
            asked.TrySetResult();
            return new FakeFault { Until = new TaskCompletionSource().Task };
        };

        var head = store.HeadAsync("t/x", Token).AsTask();
        await asked.Task.WaitAsync(Token);
        time.Advance(TimeSpan.FromSeconds(6));

        var failure = await Assert.ThrowsAsync<ObjectStoreException>(async () => await head);
        Assert.Equal(StoreFault.TimedOut, failure.Fault);
        Assert.Contains("waited 5 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_read_ends_within_its_request()
    {
        using var store = FakeStores.OpenS3(_server.Address);
        using var cancel = new CancellationTokenSource();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Faults.Decide = _ =>
        {
            asked.TrySetResult();
            return new FakeFault { Until = new TaskCompletionSource().Task };
        };

        var read = store.GetRangeAsync("t/x", 0, new byte[10], cancel.Token).AsTask();
        await asked.Task.WaitAsync(Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await read);
        Assert.Single(_server.Faults.Requests);
    }

    [Fact]
    public async Task A_slow_read_is_hedged_and_the_first_answer_wins()
    {
        using var store = FakeStores.OpenS3(_server.Address, FakeStores.Quick with { HedgeAt = TimeSpan.FromMilliseconds(1), HedgeUpTo = 2 });
        var content = new byte[100_000];
        new Random(5).NextBytes(content);
        await store.PutAsync("t/x", content, Token);
        // The first copy of each read never answers.
        var reads = 0;
        _server.Faults.Decide = request => request.Verb == "GET" && Interlocked.Increment(ref reads) % 2 == 1 ? new FakeFault { Until = new TaskCompletionSource().Task } : null;

        var part = new byte[60_000];
        await store.GetRangeAsync("t/x", 1_000, part, Token);
        Assert.Equal(content[1_000..61_000], part);
        Assert.Equal(content, await store.GetAsync("t/x", Token));
        Assert.Equal(4, reads);
    }

    [Fact]
    public async Task A_hedged_read_of_nothing_is_not_found()
    {
        using var store = FakeStores.OpenS3(_server.Address, FakeStores.Quick with { HedgeAt = TimeSpan.FromMilliseconds(1), HedgeUpTo = 3 });
        await Assert.ThrowsAsync<ObjectNotFoundException>(async () => await store.GetAsync("t/none", Token));
    }

    [Fact]
    public async Task A_store_without_ranges_is_found_out()
    {
        using var store = FakeStores.OpenS3(_server.Address);
        await store.PutAsync("t/x", "0123456789"u8.ToArray(), Token);
        _server.Faults.Decide = _ => new FakeFault { IgnoresRange = true };
        var failure = await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.GetRangeAsync("t/x", 5, new byte[2], Token));
        Assert.Contains("does not understand ranges", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_listens()
    {
        var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        taken.Stop();
        using var store = FakeStores.OpenS3(new Uri($"http://127.0.0.1:{port}"), FakeStores.Quick with { MaxAttempts = 2 });

        var failure = await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.HeadAsync("t/x", Token));

        Assert.Equal(StoreFault.Unreachable, failure.Fault);
        Assert.Contains($"s3: cannot read t/x in bucket fake-bucket at http://127.0.0.1:{port}: no connection:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_on_a_plain_port()
    {
        using var store = FakeStores.OpenS3(new Uri("https://" + _server.Address.Authority), FakeStores.Quick with { MaxAttempts = 2 });
        var failure = await Assert.ThrowsAsync<ObjectStoreException>(async () => await store.HeadAsync("t/x", Token));
        Assert.Equal(StoreFault.Tls, failure.Fault);
        Assert.Contains("Check storage.trace.s3.insecure", failure.Message, StringComparison.Ordinal);
    }
}
