using System.CommandLine;
using System.Text.Json;
using Rubato.Commands;
using Rubato.Commands.Block;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores.Local;
using Rubato.Testing;
using Rubato.UnitTests.Storage;
using Rubato.UnitTests.Storage.Blocks;
using Xunit;
using SpanText = Rubato.Testing.SpanText;

namespace Rubato.UnitTests.Commands.Block;

public sealed class BlockCommandTests : IDisposable
{
    private static readonly TenantId A = TenantId.Parse("team-a");

    private readonly TemporaryFolder _folder = new();
    private readonly TestBlock _block = TestBlock.Write(new SpanGenerator(9) { KeyCount = 8 }.Batches(2, 150));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Store => _folder.File("store");

    public void Dispose()
    {
        _block.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Ls_lists_blocks_of_a_folder_and_of_a_configuration_alike()
    {
        var meta = await PutAsync();
        Directory.CreateDirectory(Path.Combine(Store, "team-a", "6f1e9c1e-4f0b-4b7e-9c39-1f7f8f2f5a11"));
        await File.WriteAllTextAsync(Path.Combine(Store, "team-a", "6f1e9c1e-4f0b-4b7e-9c39-1f7f8f2f5a11", "meta.json"), "a Tempo's", Token);
        var config = await ConfigAsync();

        var byFolder = await RunAsync("ls", Store, "--output", "json");
        var byConfig = await RunAsync("ls", "--config", config, "--output", "json");

        Assert.Equal((ExitCodes.Success, byFolder.Output), (byConfig.Code, byConfig.Output));
        using var json = JsonDocument.Parse(byFolder.Output);
        var block = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(("team-a", meta.BlockId.ToString()), (block.GetProperty("tenant").GetString(), block.GetProperty("block").GetString()));

        await File.WriteAllTextAsync(Path.Combine(Store, "team-a", meta.BlockId.ToString(), BlockKeys.Meta), "{", Token);
        Assert.Equal(ExitCodes.Failure, (await RunAsync("ls", Store)).Code);
        Assert.Contains("one of them", (await RunAsync("ls")).Error, StringComparison.Ordinal);
        Assert.Contains("there is no folder", (await RunAsync("ls", _folder.File("nowhere"))).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_tells_sound_blocks_from_others_by_its_exit_code()
    {
        var meta = await PutAsync();
        var path = Path.Combine(Store, "team-a", meta.BlockId.ToString());
        foreach (var arguments in (string[][])[[path], [$"team-a/{meta.BlockId}", "--config", await ConfigAsync()], [Store, "--all"]])
        {
            var run = await RunAsync(["verify", .. arguments]);
            Assert.Equal(ExitCodes.Success, run.Code);
            Assert.Contains($"team-a/{meta.BlockId}: sound ({meta.TotalSpans} spans, {meta.TotalObjects} traces, ", run.Output, StringComparison.Ordinal);
        }

        await File.WriteAllBytesAsync(Path.Combine(path, BlockKeys.Index), new byte[100], Token);
        var damaged = await RunAsync("verify", "--all", Store);
        Assert.Equal(ExitCodes.Failure, damaged.Code);
        Assert.Contains("index.bin: its checksum does not match", damaged.Output, StringComparison.Ordinal);

        // And the way out.
        Assert.Equal(ExitCodes.Success, (await RunAsync("rebuild-index", path)).Code);
        Assert.Equal(ExitCodes.Success, (await RunAsync("verify", path)).Code);
    }

    [Fact]
    public async Task Rebuild_index_corrects_what_the_description_says_of_it()
    {
        var meta = await PutAsync();
        var path = Path.Combine(Store, "team-a", meta.BlockId.ToString());
        await File.WriteAllBytesAsync(Path.Combine(path, BlockKeys.Meta), (meta with { IndexSize = 1, IndexChecksum = new string('0', 16) }).ToJson(), Token);

        Assert.Equal(ExitCodes.Success, (await RunAsync("rebuild-index", path)).Code);

        Assert.Equal(meta.ToJson(), await File.ReadAllBytesAsync(Path.Combine(path, BlockKeys.Meta), Token));
    }

    [Fact]
    public async Task Export_writes_lines_that_our_own_receiver_reads_back_span_by_span()
    {
        var meta = await PutAsync();
        var block = $"team-a/{meta.BlockId}";
        var config = await ConfigAsync();
        var file = _folder.File("spans.jsonl");

        var run = await RunAsync("export", block, "--config", config, "--to", file);

        Assert.Equal((ExitCodes.Success, ""), (run.Code, run.Error));
        var lines = await File.ReadAllLinesAsync(file, Token);
        var spans = lines.SelectMany(line => ReadBack(line)).ToList();
        var expected = new List<Span>();
        foreach (var segment in await _block.SegmentsAsync())
            expected.AddRange(await segment.ReadSpansAsync(RowSet.Range(0, segment.SpanCount), ScanContext.None));
        Assert.Equal(SpanText.Of(expected, sortAttributes: true), SpanText.Of(spans, sortAttributes: true));

        // On the console the same, and one trace alone.
        Assert.Equal(string.Join('\n', lines) + "\n", (await RunAsync("export", block, "--config", config)).Output);
        var trace = expected[expected.Count / 2].TraceId;
        var one = await RunAsync("export", block, "--config", config, "--trace", trace.ToString());
        Assert.Equal(
            SpanText.Of(expected.Where(span => span.TraceId == trace), sortAttributes: true), SpanText.Of(ReadBack(one.Output), sortAttributes: true));

        Assert.Equal(ExitCodes.Failure, (await RunAsync("export", block, "--config", config, "--to", file)).Code);
        Assert.Contains("has no trace", (await RunAsync("export", block, "--config", config, "--trace", "4711")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not-a-block")]
    [InlineData("team-a/../etc")]
    [InlineData("team-a/019aab5f-0000-7000-8000-000000000001/data.parquet")]
    public async Task With_a_configuration_a_block_is_named_by_tenant_and_id(string block)
    {
        await PutAsync();
        var run = await RunAsync("verify", block, "--config", await ConfigAsync());
        Assert.Equal(ExitCodes.Failure, run.Code);
        Assert.Contains("must be TENANT/BLOCK", run.Error, StringComparison.Ordinal);
    }

    private static IReadOnlyList<Span> ReadBack(string line)
    {
        var protobuf = new ProtoWriter();
        Assert.Null(OtlpJson.Transcode(System.Text.Encoding.UTF8.GetBytes(line), protobuf).Error);
        return OtlpReader.ReadSpans(protobuf.ToArray());
    }

    private async Task<BlockMeta> PutAsync() => await StoredBlock.PutAsync(new LocalObjectStore(Store), A, _block);

    private async Task<string> ConfigAsync()
    {
        var path = _folder.File("rubato.yaml");
        await File.WriteAllTextAsync(path, $"storage: {{trace: {{backend: local, local: {{path: '{Store}'}}, wal: {{path: '{_folder.File("wal")}'}}}}}}\n", Token);
        return path;
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var console = new InvocationConfiguration { Output = output, Error = error };
        var code = await BlockCommand.Create().Parse(arguments).InvokeAsync(console, Token);
        return (code, output.ToString(), error.ToString());
    }
}
