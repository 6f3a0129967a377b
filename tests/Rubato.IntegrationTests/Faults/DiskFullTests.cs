using System.Diagnostics;
using System.Net;
using Grpc.Core;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Faults;

/// <summary>A full disk: requests are refused as retryable, nothing acknowledged is lost, and the server recovers by itself.</summary>
public sealed class DiskFullTests
{
    [Fact]
    public async Task The_server_refuses_while_the_disk_is_full_and_recovers_when_space_returns()
    {
        Requires.Root();
        using var disk = await SmallDisk.MountAsync(megabytes: 48);
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings(), disk.Path);
        var sent = new SentSpans();
        await sent.SendAsync(server, requests: 20);

        // Somebody else fills the disk to the last byte, then requests come.
        var filler = Path.Combine(disk.Path, "filler");
        Fill(filler);
        var refused = await Within.Get(TimeSpan.FromSeconds(60), () => sent.TryAsync(server, padding: 200_000), a => a.Status != HttpStatusCode.OK, "a refusal");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        Assert.Equal(14, refused.RpcStatus.Code);
        Assert.NotEmpty(refused.Headers.GetValues("Retry-After"));
        var error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            // What is left after a refused request may be enough for a small one, so several large ones.
            for (var i = 0; i < 20; i++) await server.Grpc.SendAsync(SentSpans.Padded(Make.Span(Make.TraceId()), 1_000_000));
        });
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.NotNull(OtlpGrpc.RetryInfoOf(error));

        // What is there can still be asked for, and the process says what is wrong.
        Assert.True(server.IsRunning);
        await sent.AssertFoundOnceAsync(server, "while the disk is full");
        Assert.True(await server.Api.MetricAsync("rubato_wal_failures_total") > 0);

        File.Delete(filler);
        await Within.Get(TimeSpan.FromSeconds(30), () => sent.TryAsync(server), a => a.Status == HttpStatusCode.OK, "acceptance");
        await sent.SendAsync(server, requests: 20);
        await sent.AssertFoundOnceAsync(server, "when space is back");
        await server.Kill9Async();
        await server.StartAgainAsync();
        await sent.AssertFoundOnceAsync(server, "after a crash");
        await server.Api.FlushAsync();
        await sent.AssertFoundOnceAsync(server, "in a block");
    }

    [Fact]
    public async Task A_block_that_does_not_fit_is_written_when_space_returns()
    {
        Requires.Root();
        using var disk = await SmallDisk.MountAsync(megabytes: 48);
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings(), disk.Path);
        var sent = new SentSpans();
        await sent.SendAsync(server, requests: 50);
        var filler = Path.Combine(disk.Path, "filler");
        Fill(filler);

        var flush = await server.Api.GetAsync("/flush");
        Assert.Equal(HttpStatusCode.InternalServerError, flush.Status);
        Assert.True(await server.Api.MetricAsync("tempo_ingester_failed_flushes_total") > 0);
        await sent.AssertFoundOnceAsync(server, "after the failed flush");

        File.Delete(filler);
        await server.Api.FlushAsync();
        await sent.AssertFoundOnceAsync(server, "after the flush");
        await server.Kill9Async();
        await server.StartAgainAsync();
        await sent.AssertFoundOnceAsync(server, "after a crash");
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach (var size in (int[])[1 << 20, 1 << 12, 1])
        {
            try
            {
                while (true) file.Write(new byte[size]);
            }
            catch (IOException)
            {
                // Full to this size; go on with smaller pieces.
            }
        }
    }

    /// <summary>A file system in memory that is as large as asked for.</summary>
    private sealed class SmallDisk : IDisposable
    {
        private readonly TestFolder _folder = new();

        public string Path => _folder.Path;

        public static async Task<SmallDisk> MountAsync(int megabytes)
        {
            var disk = new SmallDisk();
            var run = await ProcessRun.RunAsync(
                new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path]), TimeSpan.FromSeconds(10));
            if (run.ExitCode != 0)
            {
                disk._folder.Dispose();
                Requires.That(false, $"a tmpfs cannot be mounted here: {run.Error.Trim()}");
            }

            return disk;
        }

        public void Dispose()
        {
            // Lazy: the server's files may be open for a moment longer.
            using var unmount = Process.Start("umount", ["-l", Path]);
            unmount.WaitForExit(10_000);
            _folder.Dispose();
        }
    }
}
