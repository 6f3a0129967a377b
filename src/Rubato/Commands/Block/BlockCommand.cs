using System.CommandLine;
using System.Globalization;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks;

namespace Rubato.Commands.Block;

/// <summary><c>rubato block</c>: looks at blocks in a folder or in any object store. Works beside a running server: blocks never change.</summary>
internal static class BlockCommand
{
    // Everything of one block fits; the command ends before anything is evicted.
    private const long CacheBytes = 256L << 20;

    public static Command Create() => new("block", "Look at blocks in a data folder or an object store")
    {
        List(), Show(), BlockVerifyCommand.Create(), BlockExportCommand.Create(), RebuildIndex(),
    };

    private static Command List()
    {
        Argument<string?> folder = new("DATA_FOLDER") { Description = "The folder of storage.trace.local.path: tenants, and in them blocks", Arity = ArgumentArity.ZeroOrOne };
        var (configuration, output) = (BlockCommandLine.Configuration(), BlockCommandLine.Output());
        Command command = new("ls", "List the blocks of every tenant") { folder, configuration, output };
        command.SetAction(async (parsed, console, cancel) =>
        {
            using var place = Place(parsed.GetValue(folder), parsed.GetValue(configuration));
            var blocks = await BlockListing.FindAsync(place.Store, cancel);
            BlockReport.WriteList(blocks, parsed.GetValue(output) == CommandOutput.Json, console.Output);
            return blocks.Any(b => b.Problem is not null) ? ExitCodes.Failure : ExitCodes.Success;
        });
        return command;
    }

    /// <exception cref="InvalidDataException">Neither or both are given.</exception>
    public static BlockPlace Place(string? folder, string? configuration) => (folder, configuration) switch
    {
        ({ } path, null) => BlockPlace.OfFolder(path),
        (null, { } file) => BlockPlace.OfConfiguration(file),
        _ => throw new InvalidDataException("name a data folder or --config FILE, one of them"),
    };

    private static Command Show()
    {
        var (argument, configuration, output) = (BlockCommandLine.Block(), BlockCommandLine.Configuration(), BlockCommandLine.Output());
        Option<bool> columns = new("--columns") { Description = "Every column with its values, bytes and what the index holds of it" };
        Option<bool> schema = new("--schema") { Description = "Names and types of the columns only" };
        var trace = BlockCommandLine.Trace("The spans of this trace (hexadecimal id)");
        Command command = new("show", "Show one block") { argument, configuration, columns, schema, trace, output };
        command.SetAction(async (parsed, console, cancel) =>
        {
            var json = parsed.GetValue(output) == CommandOutput.Json;
            var (place, folder) = BlockPlace.OfBlock(parsed.GetRequiredValue(argument), parsed.GetValue(configuration));
            using var owned = place;
            using var block = BlockFormats.Current.Open(place.Store, folder, new BlockCache(CacheBytes));
            if (parsed.GetValue(trace) is { } text)
            {
                TraceId.TryParse(text, out var id);
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
        });
        return command;
    }

    private static Command RebuildIndex()
    {
        var (argument, configuration) = (BlockCommandLine.Block(), BlockCommandLine.Configuration());
        Command command = new("rebuild-index", "Make index.bin anew from data.parquet (the server must not have the block open)") { argument, configuration };
        command.SetAction(async (parsed, console, cancel) =>
        {
            var (place, folder) = BlockPlace.OfBlock(parsed.GetRequiredValue(argument), parsed.GetValue(configuration));
            using var owned = place;
            var index = await BlockFormats.Current.RebuildIndexAsync(place.Store, folder, cancel);
            var json = await ReadMetaAsync(place, folder, cancel);
            await place.Store.PutAsync(folder + BlockKeys.Index, index, cancel);
            // It names the index by length and checksum. Last: until then the block is set aside rather than believed.
            if (json is not null && BlockMeta.TryParse(json, out var meta, out _))
            {
                var renamed = meta with { IndexSize = index.Length, IndexChecksum = BlockMeta.ChecksumOf(index) };
                if (renamed != meta)
                    await place.Store.PutAsync(folder + BlockKeys.Meta, renamed.ToJson(), cancel);
            }

            await console.Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{folder}{BlockKeys.Index}: {index.Length} bytes"));
            return ExitCodes.Success;
        });
        return command;
    }

    private static async Task<byte[]?> ReadMetaAsync(BlockPlace place, string folder, CancellationToken cancel) =>
        await place.Store.HeadAsync(folder + BlockKeys.Meta, cancel) is null ? null : await place.Store.GetAsync(folder + BlockKeys.Meta, cancel);
}
