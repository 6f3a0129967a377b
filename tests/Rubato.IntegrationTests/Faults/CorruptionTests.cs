using System.Net;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Faults;

/// <summary>
/// Damage on disk is named in the log, counted in a metric and set aside; everything else is served, and an answer from
/// which something may be missing says so in <c>X-Rubato-Incomplete</c>.
/// </summary>
public sealed class CorruptionTests
{
    [Fact]
    public async Task A_torn_tail_of_the_wal_is_cut_off()
    {
        await using var server = await RubatoProcess.StartAsync();
        var sent = new SentSpans();
        await sent.SendAsync(server, requests: 10);
        await server.Kill9Async();
        var segment = LastSegment(server);
        await AppendAsync(segment, [0x9F, 0x52, 0x57, 0x1A, 0x00, 0x10, 0x00, 0x00, 1, 2, 3]);

        await server.StartAgainAsync();
        Assert.Contains(server.Log.Lines, l => l.Contains("torn tail", StringComparison.Ordinal) && l.Contains(Path.GetFileName(segment), StringComparison.Ordinal));
        Assert.Equal(1, await server.Api.MetricAsync("rubato_wal_torn_tails_total"));
        await sent.AssertFoundOnceAsync(server, "after a torn tail");
        await sent.SendAsync(server, requests: 5);
        await server.Kill9Async();
        await server.StartAgainAsync();
        await sent.AssertFoundOnceAsync(server, "one more crash later");
        Assert.Equal(0, await server.Api.MetricAsync("rubato_wal_torn_tails_total"));
    }

    [Fact]
    public async Task A_flipped_byte_in_the_wal_costs_one_request_and_is_named()
    {
        await using var server = await RubatoProcess.StartAsync();
        var ids = Enumerable.Range(0, 21).Select(_ => Make.TraceId()).ToList();
        foreach (var id in ids) await server.Otlp.SendAsync(Make.Span(id, attributes: Make.Attribute("filler", id)));
        await server.Kill9Async();
        var segment = LastSegment(server);
        Flip(segment, new FileInfo(segment).Length / 2);

        await server.StartAgainAsync();
        Assert.Contains(server.Log.Lines, l => l.Contains("WAL segment is damaged", StringComparison.Ordinal) && l.Contains(Path.GetFileName(segment), StringComparison.Ordinal));
        Assert.Equal(1, await server.Api.MetricAsync("rubato_wal_damages_total"));
        Assert.Single(Directory.GetFiles(server.WalFolder, "*.damaged"));
        var found = 0;
        foreach (var id in ids) found += (await server.Api.TraceAsync(id)).Count;
        Assert.InRange(found, ids.Count - 2, ids.Count - 1);
    }

    [Fact]
    public async Task A_block_without_its_description_is_left_out_and_its_neighbours_served()
    {
        await using var server = await RubatoProcess.StartAsync();
        var (lost, kept) = await TwoBlocksAsync(server);
        File.Delete(Path.Combine(lost.Folder, "rubato.json"));
        foreach (var file in Directory.GetFiles(lost.Folder)) File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddDays(-1));

        await server.StartAgainAsync();
        Assert.Contains(server.Log.Lines, l => l.Contains("without rubato.json", StringComparison.Ordinal) && l.Contains(Path.GetFileName(lost.Folder), StringComparison.Ordinal));
        Assert.Equal(1, await server.Api.MetricAsync("rubato_blocklist_partial_blocks_total"));
        Assert.Single(await server.Api.TraceAsync(kept.TraceId));
        Assert.Equal((1, 1), await server.Api.CountAsync());
    }

    [Theory]
    [InlineData("rubato.json")]
    [InlineData("index.bin")]
    [InlineData("data.parquet")]
    public async Task A_block_with_a_damaged_file_is_set_aside_and_every_answer_says_so(string file)
    {
        await using var server = await RubatoProcess.StartAsync();
        var (damaged, kept) = await TwoBlocksAsync(server);
        DamageEverywhere(Path.Combine(damaged.Folder, file));

        await server.StartAgainAsync();
        var search = await server.Api.GetAsync($"/api/search?q={Uri.EscapeDataString("{ span.which != nil }")}&{TempoApi.WideRange()}");
        Assert.Equal(HttpStatusCode.OK, search.Status);
        Assert.Contains(kept.TraceId.TrimStart('0'), search.Text, StringComparison.Ordinal);
        Assert.NotNull(search.Incomplete);
        Assert.Contains(Path.GetFileName(damaged.Folder), search.Incomplete, StringComparison.Ordinal);

        var again = await server.Api.GetAsync($"/api/search?q={Uri.EscapeDataString("{ span.which != nil }")}&{TempoApi.WideRange()}");
        Assert.NotNull(again.Incomplete);
        var trace = await server.Api.GetAsync("/api/v2/traces/" + damaged.TraceId);
        Assert.NotNull(trace.Incomplete);
        Assert.Single(await FoundAsync(server, kept.TraceId));

        // A damaged page costs the answers that need it, not the whole block.
        var (words, quarantined) = file == "data.parquet" ? ("an answer lacks data that could not be read", 0) : ("block is damaged and set aside", 1);
        Assert.Contains(server.Log.Lines, l => l.Contains(words, StringComparison.Ordinal) && l.Contains(Path.GetFileName(damaged.Folder), StringComparison.Ordinal));
        Assert.Equal(quarantined, await server.Api.MetricAsync("rubato_blocks_quarantined_total"));
        Assert.True(await server.Api.MetricAsync("rubato_query_incomplete_total") >= 3);
    }

    [Fact]
    public async Task The_only_block_of_a_tenant_is_damaged_and_the_answer_still_says_so()
    {
        await using var server = await RubatoProcess.StartAsync();
        var id = Make.TraceId();
        await server.Otlp.SendAsync(Make.Span(id));
        await server.Api.FlushAsync();
        await server.StopAsync();
        DamageEverywhere(Path.Combine(Assert.Single(BlockFolders(server)), "index.bin"));

        await server.StartAgainAsync();
        for (var i = 0; i < 2; i++)
        {
            var answer = await server.Api.GetAsync("/api/v2/traces/" + id);
            Assert.True(answer.Incomplete is not null, $"request {i}: {answer}");
        }
    }

    [Fact]
    public async Task A_flipped_byte_anywhere_in_a_block_never_gives_a_wrong_answer()
    {
        const int seed = 11, flips = 24;
        await using var server = await RubatoProcess.StartAsync();
        var id = Make.TraceId();
        await server.Otlp.SendAsync(Enumerable.Range(1, 50).Select(i => Make.Span(id, (ulong)i, "span " + (i % 7), attributes: Make.Attribute("which", i))).ToArray());
        await server.Api.FlushAsync();
        var truth = FoundSpan.Text(await server.Api.TraceAsync(id));
        await server.StopAsync();
        var block = Assert.Single(BlockFolders(server));
        var random = new Random(seed);
        for (var i = 0; i < flips; i++)
        {
            var path = Path.Combine(block, i % 3 == 0 ? "index.bin" : "data.parquet");
            var at = random.NextInt64(new FileInfo(path).Length);
            var original = Flip(path, at);
            await server.StartAgainAsync();
            var answer = await server.Api.GetAsync("/api/v2/traces/" + id, "application/protobuf");
            Assert.True(server.IsRunning);
            if (answer.Incomplete is null)
            {
                var found = FoundSpan.Text(FoundSpan.All(Answers.TraceByIdResponse.Parser.ParseFrom(answer.Body).Trace.ResourceSpans));
                Assert.True(truth == found, $"seed {seed}, flip {i}: byte {at} of {path} changed an answer that says it is complete:\n{found}");
            }

            await server.StopAsync();
            await WriteByteAsync(path, at, original);
        }
    }

    private sealed record KeptBlock(string Folder, string TraceId);

    /// <summary>Two blocks with a trace each; the server is stopped.</summary>
    private static async Task<(KeptBlock First, KeptBlock Second)> TwoBlocksAsync(RubatoProcess server)
    {
        var blocks = new List<KeptBlock>();
        for (var i = 0; i < 2; i++)
        {
            var id = Make.TraceId();
            await server.Otlp.SendAsync(Make.Span(id, attributes: Make.Attribute("which", i)));
            await server.Api.FlushAsync();
            blocks.Add(new KeptBlock(Assert.Single(BlockFolders(server), f => blocks.All(b => b.Folder != f)), id));
        }

        await server.StopAsync();
        return (blocks[0], blocks[1]);
    }

    private static async Task<IReadOnlyList<FoundSpan>> FoundAsync(RubatoProcess server, string traceId)
    {
        var answer = await server.Api.GetAsync("/api/v2/traces/" + traceId, "application/protobuf");
        return FoundSpan.All(Answers.TraceByIdResponse.Parser.ParseFrom(answer.Body).Trace.ResourceSpans);
    }

    private static List<string> BlockFolders(RubatoProcess server) =>
        [.. Directory.GetFiles(server.BlocksFolder, "rubato.json", SearchOption.AllDirectories).Select(f => Path.GetDirectoryName(f)!)];

    private static string LastSegment(RubatoProcess server) => Directory.GetFiles(server.WalFolder, "*.wal").Order(StringComparer.Ordinal).Last();

    private static async Task AppendAsync(string path, byte[] bytes)
    {
        await using var file = new FileStream(path, FileMode.Append);
        await file.WriteAsync(bytes);
    }

    private static async Task WriteByteAsync(string path, long at, byte value)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.Position = at;
        file.WriteByte(value);
    }

    private static byte Flip(string path, long at)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Position = at;
        var original = (byte)file.ReadByte();
        file.Position = at;
        file.WriteByte((byte)(original ^ 0x40));
        return original;
    }

    /// <summary>A byte in every 16, so that nothing of the file is sound.</summary>
    private static void DamageEverywhere(string path)
    {
        var bytes = File.ReadAllBytes(path);
        for (var i = 0; i < bytes.Length; i += 16) bytes[i] ^= 0x40;
        File.WriteAllBytes(path, bytes);
    }
}
