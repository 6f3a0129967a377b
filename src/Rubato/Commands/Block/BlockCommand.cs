using System.CommandLine;
using System.Globalization;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks;

namespace Rubato.Commands.Block;

/// <summary><c>rubato block</c>: looks at blocks on this machine's disk. Works on a running server's folder: blocks never change.</summary>
internal static class BlockCommand
{
    // Everything of one block fits; the command ends before anything is evicted.
    private const long CacheBytes = 256L << 20;

    public static Command Create() => new("block", "Look at blocks in a data folder") { List(), Show(), RebuildIndex() };

    private static Command List()
    {
        Argument<DirectoryInfo> folder = new("DATA_FOLDER") { Description = "The folder of storage.trace.local.path: tenants, and in them blocks" };
        Option<CommandOutput> output = Output();
        Command command = new("ls", "List the blocks of every tenant") { folder, output };
        command.SetAction((parsed, cancel) => GuardAsync(parsed.InvocationConfiguration, async console =>
        {
            var blocks = await BlockFolders.FindAsync(parsed.GetRequiredValue(folder).FullName, cancel);
            BlockReport.WriteList(blocks, parsed.GetValue(output) == CommandOutput.Json, console.Output);
            return blocks.Any(b => b.Problem is not null) ? ExitCodes.Failure : ExitCodes.Success;
        }));
        return command;
    }

    private static Command Show()
    {
        Argument<DirectoryInfo> folder = new("BLOCK_FOLDER") { Description = "A block's own folder" };
        Option<bool> columns = new("--columns") { Description = "Every column with its values, bytes and what the index holds of it" };
        Option<bool> schema = new("--schema") { Description = "Names and types of the columns only" };
        Option<string?> trace = new("--trace") { Description = "The spans of this trace (hexadecimal id)" };
        Option<CommandOutput> output = Output();
        trace.Validators.Add(result =>
        {
            if (result.GetValue(trace) is { } text && !Model.Spans.TraceId.TryParse(text, out _))
                result.AddError($"--trace {text} is not a trace id: must be 1 to 32 hexadecimal digits");
        });
        Command command = new("show", "Show one block") { folder, columns, schema, trace, output };
        command.SetAction((parsed, cancel) => GuardAsync(parsed.InvocationConfiguration, async console =>
        {
            var json = parsed.GetValue(output) == CommandOutput.Json;
            using var block = BlockFormats.Current.OpenFolder(parsed.GetRequiredValue(folder).FullName, new BlockCache(CacheBytes));
            if (parsed.GetValue(trace) is { } text)
            {
                Model.Spans.TraceId.TryParse(text, out var id);
                if (await block.FindTraceAsync(id, cancel) is not { } segment)
                {
                    await console.Error.WriteLineAsync($"rubato block show: {block.Name} has no trace {id}");
                    return ExitCodes.Failure;
                }

                var context = new ScanContext(cancel);
                BlockReport.WriteSpans(await segment.ReadSpansAsync(await segment.FindTraceAsync(id, context), context), json, console.Output);
                return ExitCodes.Success;
            }

            var description = await block.DescribeAsync(cancel);
            if (parsed.GetValue(schema)) BlockReport.WriteSchema(description, json, console.Output);
            else BlockReport.WriteBlock(description, parsed.GetValue(columns), json, console.Output);
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Command RebuildIndex()
    {
        Argument<DirectoryInfo> folder = new("BLOCK_FOLDER") { Description = "A block's own folder" };
        Command command = new("rebuild-index", "Make index.bin anew from data.parquet (the server must not have the block open)") { folder };
        command.SetAction((parsed, cancel) => GuardAsync(parsed.InvocationConfiguration, async console =>
        {
            var path = parsed.GetRequiredValue(folder).FullName;
            var index = await BlockFormats.Current.RebuildIndexAsync(path, cancel);
            var target = Path.Combine(path, BlockKeys.Index);
            // Beside it first: a crash leaves the old one.
            await File.WriteAllBytesAsync(target + ".new", index, cancel);
            File.Move(target + ".new", target, overwrite: true);
            await console.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{target}: {index.Length} bytes"));
            return ExitCodes.Success;
        }));
        return command;
    }

    private static Option<CommandOutput> Output() =>
        new("--output") { Description = "table or json", HelpName = "table|json", DefaultValueFactory = _ => CommandOutput.Table };

    private static async Task<int> GuardAsync(InvocationConfiguration console, Func<InvocationConfiguration, Task<int>> run)
    {
        try
        {
            return await run(console);
        }
        catch (Exception e) when (e is SegmentDamagedException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await console.Error.WriteLineAsync($"rubato block: {e.Message}");
            return ExitCodes.Failure;
        }
    }
}
