using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Time.Testing;
using Rubato.Server;
using Xunit;

namespace Rubato.UnitTests.Server;

public sealed class ConnectionAgeTests
{
    private static readonly TimeSpan Max = TimeSpan.FromMinutes(10);

    private readonly FakeTimeProvider _time = new();
    private readonly Connection _connection = new();
    private readonly TaskCompletionSource _served = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task AnOldConnection_IsAskedToClose_AndCutOffAfterTheGrace()
    {
        var serving = Serve(grace: TimeSpan.FromMinutes(1));

        // By a tenth less at the earliest, more at the latest.
        _time.Advance(Max * 0.89);
        Assert.False(_connection.IsAskedToClose);
        _time.Advance(Max * 0.22);
        await _connection.AskedToClose.WaitAsync(TestContext.Current.CancellationToken);
        Assert.False(_connection.IsAborted);
        // The grace begins when the first wait's end has been seen.
        while (!_connection.IsAborted)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        _served.SetResult();
        await serving;
    }

    [Fact]
    public async Task WithoutAGrace_ItMayStay()
    {
        var serving = Serve(grace: TimeSpan.Zero);
        _time.Advance(Max * 1.2);
        await _connection.AskedToClose.WaitAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.False(_connection.IsAborted);
        _served.SetResult();
        await serving;
        Assert.False(_connection.IsAborted);
    }

    [Fact]
    public async Task AConnectionThatEndsBefore_IsLeftAlone()
    {
        var serving = Serve(grace: TimeSpan.FromMinutes(1));
        _served.SetResult();
        await serving;
        _time.Advance(Max * 3);
        Assert.Equal((false, false), (_connection.IsAskedToClose, _connection.IsAborted));
    }

    [Fact]
    public async Task AnAgeBeyondAnyTimer_IsTaken()
    {
        var serving = new ConnectionAge(TimeSpan.FromDays(10_000), TimeSpan.FromDays(10_000), _time, new Random(1)).End(_ => _served.Task)(_connection);
        _served.SetResult();
        await serving;
    }

    private Task Serve(TimeSpan grace) => new ConnectionAge(Max, grace, _time, new Random(1)).End(_ => _served.Task)(_connection);

    private sealed class Connection : DefaultConnectionContext, IConnectionLifetimeNotificationFeature
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Connection() => Features.Set<IConnectionLifetimeNotificationFeature>(this);

        public Task AskedToClose => _asked.Task;

        public bool IsAskedToClose => _asked.Task.IsCompleted;

        public bool IsAborted { get; private set; }

        public CancellationToken ConnectionClosedRequested { get; set; }

        public void RequestClose() => _asked.TrySetResult();

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }
}
