using System.CommandLine;
using System.Globalization;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks;

namespace Rubato.Commands.Block;

/// <summary><c>rubato block export</c>: a block's spans as OTLP/JSON lines, which any OpenTelemetry Collector reads back.</summary>
internal static class BlockExportCommand
{
    /// <summary>Spans of a line, about; a trace is never split.</summary>
    private const int SpansOfLine = 500;

    private const long CacheBytes = 64L << 20;

    public static Command Create()
    {
        var (argument, configuration) = (BlockCommandLine.Block(), BlockCommandLine.Configuration());
        var trace = BlockCommandLine.Trace("Only this trace (hexadecimal id)");
        Option<string?> to = new("--to") { Description = "Write into this file, which must not be there yet (default: standard output)", HelpName = "FILE" };
        Command command = new("export", "Write a block's spans as OTLP JSON, one request a line") { argument, configuration, trace, to };
        command.SetAction(async (parsed, console, cancel) =>
        {
            var (place, folder) = BlockPlace.OfBlock(parsed.GetRequiredValue(argument), parsed.GetValue(configuration));
            using var owned = place;
            using var block = BlockFormats.Current.Open(place.Store, folder, new BlockCache(CacheBytes));
            await using var file = parsed.GetValue(to) is { } path ? new FileStream(path, FileMode.CreateNew) : null;
            var context = new ScanContext(cancel);
            var spans = 0L;
            if (parsed.GetValue(trace) is { } text)
            {
                TraceId.TryParse(text, out var id);
                if (await block.FindTraceAsync(id, cancel) is not { } segment)
                {
                    await console.Error.WriteLineAsync($"rubato block export: {block.Name} has no trace {id}");
                    return ExitCodes.Failure;
                }

                spans = await WriteAsync(segment, await segment.FindTraceAsync(id, context), file, console.Output, context);
            }
            else
            {
                foreach (var segment in await block.OpenSegmentsAsync(cancel))
                    spans += await WriteAllAsync(segment, file, console.Output, context);
            }

            if (file is not null)
                await console.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{file.Name}: {spans} spans, {file.Length} bytes"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<long> WriteAllAsync(ISpanSegment segment, Stream? file, TextWriter console, ScanContext context)
    {
        if (await segment.ReadAsync(SpanColumn.TraceId, context) is not TraceIdVector ids)
            throw new SegmentDamagedException(segment.Name, "it has no trace_id");
        for (var from = 0; from < segment.SpanCount;)
        {
            var to = Math.Min(segment.SpanCount, from + SpansOfLine);
            while (to < segment.SpanCount && ids[to] == ids[to - 1])
                to++;
            await WriteAsync(segment, RowSet.Range(from, to - from), file, console, context);
            from = to;
        }

        return segment.SpanCount;
    }

    private static async Task<int> WriteAsync(ISpanSegment segment, RowSet rows, Stream? file, TextWriter console, ScanContext context)
    {
        var spans = await segment.ReadSpansAsync(rows, context);
        if (file is not null)
        {
            OtlpJsonText.WriteLine(spans, file);
            return spans.Count;
        }

        using var line = new MemoryStream();
        OtlpJsonText.WriteLine(spans, line);
        await console.WriteAsync(System.Text.Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length));
        return spans.Count;
    }
}
