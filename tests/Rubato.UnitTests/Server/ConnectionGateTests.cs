using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rubato.Server;
using Xunit;

namespace Rubato.UnitTests.Server;

public sealed class ConnectionGateTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Count_GivesAPlaceBackHoweverAConnectionEnds()
    {
        var served = 0;
        var serve = Gate(maxConnections: 1).Count(_ => ++served % 2 == 0 ? Task.CompletedTask : Task.FromException(new InvalidOperationException("broken")));

        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => serve(new Connection()));
            await serve(new Connection());
        }

        Assert.Equal(6, served);
    }

    [Fact]
    public async Task Count_BeyondTheLimit_AbortsAndDoesNotServe()
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var served = 0;
        var serve = Gate(maxConnections: 2).Count(_ =>
        {
            served++;
            return end.Task;
        });
        Connection[] all = [new(), new(), new(), new()];

        var serving = all.Select(connection => serve(connection)).ToArray();

        Assert.Equal(2, served);
        Assert.Equal([false, false, true, true], all.Select(connection => connection.IsAborted));
        Assert.Equal([false, false, true, true], serving.Select(task => task.IsCompletedSuccessfully));
        end.SetResult();
        await Task.WhenAll(serving);
        await serve(all[0]);
        Assert.Equal(3, served);
    }

    [Fact]
    public async Task WaitForFirstByte_LeavesWhatCameToWhoServes()
    {
        var connection = new Connection();
        var seen = 0L;
        var serving = Gate().WaitForFirstByte(async c => seen = (await c.Transport.Input.ReadAsync(TestContext.Current.CancellationToken)).Buffer.Length)(connection);
        Assert.False(serving.IsCompleted);

        await connection.Client.Output.WriteAsync(new byte[] { 1, 2, 3 }, TestContext.Current.CancellationToken);
        await serving;

        Assert.Equal((3, false), (seen, connection.IsAborted));
    }

    [Fact]
    public async Task WaitForFirstByte_NothingInTime_Aborts()
    {
        var connection = new Connection();
        var served = false;
        var serving = Gate().WaitForFirstByte(_ =>
        {
            served = true;
            return Task.CompletedTask;
        })(connection);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(serving.IsCompleted);

        _time.Advance(TimeSpan.FromSeconds(1));
        await serving;

        Assert.Equal((true, false), (connection.IsAborted, served));
    }

    [Fact]
    public async Task WaitForFirstByte_ClientGone_IsForWhoServes()
    {
        var connection = new Connection();
        var served = false;
        await connection.Client.Output.CompleteAsync(new ConnectionResetException("reset"));

        await Gate().WaitForFirstByte(_ =>
        {
            served = true;
            return Task.CompletedTask;
        })(connection);

        Assert.Equal((false, true), (connection.IsAborted, served));
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(-1, 30)]
    [InlineData(5, 5)]
    public void ReadHeaderTimeout_IsNeverEndless(int configured, int expected) =>
        Assert.Equal(TimeSpan.FromSeconds(expected), new ConnectionLimits(1, "key", TimeSpan.FromSeconds(configured)).ReadHeaderTimeout);

    [Fact]
    public async Task Count_AllPortsTogether_AreBoundedByHandles()
    {
        var total = new ConnectionTotal(3);
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ConnectionDelegate[] ports = [Gate(total: total).Count(_ => end.Task), Gate(total: total).Count(_ => end.Task)];
        Connection[] all = [new(), new(), new(), new()];

        var serving = all.Select((connection, i) => ports[i % 2](connection)).ToArray();

        Assert.Equal([false, false, false, true], all.Select(connection => connection.IsAborted));
        end.SetResult();
        await Task.WhenAll(serving);
        var next = new Connection();
        await ports[0](next);
        Assert.False(next.IsAborted);
    }

    [Theory]
    [InlineData("Limit                     Soft Limit           Hard Limit           Units\nMax open files            1024                 524288               files\n", 512)]
    [InlineData("Max open files            40000                40000                files", 30_000)]
    [InlineData("Max open files            256                  256                  files", 32)]
    [InlineData("Max open files            1073741816           1073741816           files", 805_306_362)]
    [InlineData("Max open files            9223372036854775807  9223372036854775807  files", int.MaxValue)]
    [InlineData("Max open files            unlimited            unlimited            files", int.MaxValue)]
    [InlineData("Max processes             100                  100                  processes", int.MaxValue)]
    [InlineData("Max open files", int.MaxValue)]
    [InlineData("", int.MaxValue)]
    public void MaxOf_LeavesFilesForEverythingElse(string limits, int expected) => Assert.Equal(expected, ConnectionTotal.MaxOf(limits));

    private ConnectionGate Gate(int maxConnections = 0, ConnectionTotal? total = null) =>
        new("test", new ConnectionLimits(maxConnections, "key", TimeSpan.FromSeconds(5)), total ?? new ConnectionTotal(int.MaxValue), _time, NullLogger.Instance);

    private sealed class Connection : DefaultConnectionContext
    {
        public Connection()
        {
            var (input, output) = (new Pipe(), new Pipe());
            Transport = new Duplex(input.Reader, output.Writer);
            Client = new Duplex(output.Reader, input.Writer);
        }

        public IDuplexPipe Client { get; }

        public bool IsAborted { get; private set; }

        public override void Abort(ConnectionAbortedException abortReason) => IsAborted = true;
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
