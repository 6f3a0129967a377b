using System.Net;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Faults;

/// <summary>
/// Errors of the local disk, one kind at a time: nothing acknowledged is lost, the error is named with its file, an answer that lacks something
/// says so, and when the disk works again so does the server, without a restart.
/// </summary>
public sealed class FailingDiskTests
{
    [Theory]
    [InlineData("fsync", FailingDisk.InputOutput)]
    [InlineData("write", FailingDisk.InputOutput)]
    [InlineData("write", FailingDisk.Full)]
    public async Task A_log_that_cannot_be_written_refuses_the_request_and_loses_nothing(string call, int error)
    {
        using var disk = await FailingDisk.CreateAsync();
        await using var server = await RubatoProcess.StartAsync(disk.Under(new RubatoSettings()));
        var sent = new SentSpans();
        await sent.SendAsync(server, requests: 10);

        disk.Fail(call, error, ".wal");
        for (var i = 0; i < 3; i++)
        {
            var refused = await sent.TryAsync(server);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.Status);
        }

        Assert.True(await server.Api.MetricAsync("rubato_wal_failures_total") > 0);
        Assert.True(await server.Api.MetricAsync("tempo_discarded_spans_total", "reason=\"internal_error\"") >= 3);
        await Within.Become(TimeSpan.FromSeconds(10), () => server.Log.Contains("WAL write failed"), "the log names it");
        await sent.AssertFoundOnceAsync(server, "while it fails");

        disk.Work();
        await sent.SendAsync(server, requests: 10);
        await sent.AssertFoundOnceAsync(server, "when it works again");
        await server.Kill9Async();
        await server.StartAgainAsync();
        await sent.AssertFoundOnceAsync(server, "after a crash");
    }

    /// <summary>A kernel may write less than it was asked for and say so: the rest is written then, nothing is torn.</summary>
    [Fact]
    public async Task Short_writes_are_finished()
    {
        using var disk = await FailingDisk.CreateAsync();
        await using var server = await RubatoProcess.StartAsync(disk.Under(new RubatoSettings()));
        disk.Fail("write", FailingDisk.Short, "/");
        var sent = new SentSpans();
        await sent.SendAsync(server, requests: 10);
        await server.Api.FlushAsync();
        await sent.AssertFoundOnceAsync(server, "in a block");
        await sent.SendAsync(server, requests: 10);
        await server.Kill9Async();
        await server.StartAgainAsync();
        await sent.AssertFoundOnceAsync(server, "after a crash");
    }

    [Theory]
    [InlineData("fsync", FailingDisk.InputOutput, "/compact/")]
    [InlineData("write", FailingDisk.Full, "/compact/")]
    [InlineData("rename", FailingDisk.InputOutput, "data.parquet")]
    public async Task Blocks_whose_merge_cannot_be_written_stay_and_are_merged_when_it_can(string call, int error, string where)
    {
        using var disk = await FailingDisk.CreateAsync();
        // Nothing is cut after the fault begins, so that it meets merges only.
        await using var server = await RubatoProcess.StartAsync(disk.Under(new RubatoSettings().With("compactor.compaction.compaction_cycle", "1h")));
        var sent = new SentSpans();
        for (var i = 0; i < 3; i++)
        {
            await sent.SendAsync(server, requests: 3);
            await server.Api.FlushAsync();
        }

        await server.StopAsync();
        disk.Fail(call, error, where);
        server.Settings.With("compactor.compaction.compaction_cycle", "250ms").With("compactor.compaction.min_input_blocks", "2");
        await server.StartAgainAsync();
        await Within.Get(TimeSpan.FromSeconds(30), () => server.Api.MetricAsync("tempodb_compaction_errors_total"), n => n > 0, "a failed merge");
        await Within.Become(TimeSpan.FromSeconds(10), () => server.Log.Contains("compaction failed"), "the log names it");
        await sent.AssertFoundOnceAsync(server, "while merges fail");

        disk.Work();
        await Within.Get(TimeSpan.FromSeconds(60), () => server.Api.MetricAsync("tempodb_compaction_blocks_total"), n => n >= 3, "a merge");
        await sent.AssertFoundOnceAsync(server, "in the merged block");
        await server.Kill9Async();
        await server.StartAgainAsync();
        await sent.AssertFoundOnceAsync(server, "after a crash");
    }

    [Theory]
    [InlineData("read", FailingDisk.InputOutput, "index.bin")]
    [InlineData("read", FailingDisk.InputOutput, "data.parquet")]
    [InlineData("open", FailingDisk.Permission, "index.bin")]
    [InlineData("open", FailingDisk.Permission, "data.parquet")]
    public async Task A_block_that_cannot_be_read_is_named_in_the_answer_and_is_back_when_it_can(string call, int error, string file)
    {
        using var disk = await FailingDisk.CreateAsync();
        await using var server = await RubatoProcess.StartAsync(disk.Under(new RubatoSettings()));
        var id = Make.TraceId();
        await server.Otlp.SendAsync(Make.Span(id));
        await server.Api.FlushAsync();
        // A fresh process: nothing of the block is in a cache.
        await server.StopAsync();
        disk.Fail(call, error, file);
        await server.StartAgainAsync();
        var block = Path.GetFileName(Path.GetDirectoryName(Assert.Single(Directory.GetFiles(server.BlocksFolder, "rubato.json", SearchOption.AllDirectories))))!;

        for (var i = 0; i < 2; i++)
        {
            var answer = await server.Api.GetAsync("/api/v2/traces/" + id);
            Assert.True(answer.Incomplete?.Contains(block, StringComparison.Ordinal) == true, answer.ToString());
            Assert.Contains(error == FailingDisk.Permission ? "denied" : "Input/output error", answer.Incomplete, StringComparison.OrdinalIgnoreCase);
        }

        disk.Work();
        Assert.Single(await server.Api.TraceAsync(id));
        Assert.Equal((1, 1), await server.Api.CountAsync());
    }

    [Fact]
    public async Task A_block_file_that_ends_early_is_named_and_never_a_wrong_answer()
    {
        using var disk = await FailingDisk.CreateAsync();
        await using var server = await RubatoProcess.StartAsync(disk.Under(new RubatoSettings()));
        var id = Make.TraceId();
        await server.Otlp.SendAsync(Make.Span(id));
        await server.Api.FlushAsync();
        await server.StopAsync();
        disk.Fail("read", FailingDisk.Short, "data.parquet");
        await server.StartAgainAsync();

        var answer = await server.Api.GetAsync("/api/v2/traces/" + id);
        Assert.True(answer.Incomplete is not null, answer.ToString());
        await server.StopAsync();
        disk.Work();
        await server.StartAgainAsync();
        Assert.Single(await server.Api.TraceAsync(id));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_listed_stops_the_start_and_later_only_the_poll()
    {
        using var disk = await FailingDisk.CreateAsync();
        var settings = disk.Under(new RubatoSettings().With("storage.trace.blocklist_poll", "200ms"));
        await using var server = await RubatoProcess.StartAsync(settings);
        var sent = new SentSpans();
        await sent.SendAsync(server, requests: 5);
        await server.Api.FlushAsync();

        disk.Fail("opendir", FailingDisk.Permission, "single-tenant");
        await Within.Get(TimeSpan.FromSeconds(30), () => server.Api.MetricAsync("tempodb_blocklist_poll_errors_total"), n => n > 0, "a failed poll");
        await sent.AssertFoundOnceAsync(server, "while the folder cannot be listed");
        await sent.SendAsync(server, requests: 5);
        await server.StopAsync();

        // A start that went on would answer without the blocks and bring back from the WAL what they hold.
        var ended = await Assert.ThrowsAsync<ServerEndedException>(server.StartAgainAsync);
        Assert.NotEqual(0, ended.ExitCode);
        Assert.Contains("single-tenant", ended.Message, StringComparison.Ordinal);
        Assert.Contains("denied", ended.Message, StringComparison.OrdinalIgnoreCase);

        disk.Work();
        await server.StartAgainAsync();
        await sent.AssertFoundOnceAsync(server, "when it can be listed again");
    }

    [Theory]
    [InlineData("open", FailingDisk.Permission, "/blocks/")]
    [InlineData("rename", FailingDisk.InputOutput, "rubato.json")]
    [InlineData("fsync", FailingDisk.InputOutput, "/blocks/")]
    public async Task A_block_that_cannot_be_written_stays_in_memory_and_in_the_wal(string call, int error, string where)
    {
        using var disk = await FailingDisk.CreateAsync();
        await using var server = await RubatoProcess.StartAsync(disk.Under(new RubatoSettings()));
        var sent = new SentSpans();
        await sent.SendAsync(server, requests: 10);

        disk.Fail(call, error, where);
        Assert.Equal(HttpStatusCode.InternalServerError, (await server.Api.GetAsync("/flush")).Status);
        Assert.True(await server.Api.MetricAsync("tempo_ingester_failed_flushes_total") > 0);
        await Within.Become(TimeSpan.FromSeconds(10), () => server.Log.Contains("a block could not be written"), "the log names it");
        await sent.AssertFoundOnceAsync(server, "after the failed flush");
        await sent.SendAsync(server, requests: 10);

        disk.Work();
        await server.Api.FlushAsync();
        await sent.AssertFoundOnceAsync(server, "in a block");
        await server.Kill9Async();
        await server.StartAgainAsync();
        await sent.AssertFoundOnceAsync(server, "after a crash");
    }
}
