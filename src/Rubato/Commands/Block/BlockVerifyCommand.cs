using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Rubato.Storage.Blocks;
using Rubato.Storage.Blocks.Verification;

namespace Rubato.Commands.Block;

/// <summary><c>rubato block verify</c>: every checksum, page, row and trace of a block, or of all of them. The exit code says whether all are sound.</summary>
internal static class BlockVerifyCommand
{
    public static Command Create()
    {
        Argument<string?> argument = new("BLOCK")
        {
            Description = "A block's own folder, or with --config TENANT/BLOCK; with --all a data folder", Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool> all = new("--all") { Description = "Every block of the data folder, or of the configuration's store" };
        var (configuration, output) = (BlockCommandLine.Configuration(), BlockCommandLine.Output());
        Command command = new("verify", "Check every byte of a block: checksums, index, rows, traces") { argument, all, configuration, output };
        command.SetAction(async (parsed, console, cancel) =>
        {
            var json = parsed.GetValue(output) == CommandOutput.Json;
            if (!parsed.GetValue(all))
            {
                if (parsed.GetValue(argument) is not { } block)
                    throw new InvalidDataException("name a block, or say --all");
                var (place, folder) = BlockPlace.OfBlock(block, parsed.GetValue(configuration));
                using var owned = place;
                return await VerifyAsync(place, folder, json, console, cancel) ? ExitCodes.Success : ExitCodes.Failure;
            }

            using var store = BlockCommand.Place(parsed.GetValue(argument), parsed.GetValue(configuration));
            var isSound = true;
            foreach (var found in await BlockListing.FindAsync(store.Store, cancel))
                isSound &= await VerifyAsync(store, $"{found.Tenant}/{found.Block}/", json, console, cancel);
            return isSound ? ExitCodes.Success : ExitCodes.Failure;
        });
        return command;
    }

    private static async Task<bool> VerifyAsync(BlockPlace place, string folder, bool json, InvocationConfiguration console, CancellationToken cancel)
    {
        var verification = await BlockVerifier.VerifyAsync(place.Store, folder, cancel);
        if (json)
            await console.Output.WriteLineAsync(JsonSerializer.Serialize(verification, CommandJson.Lines));
        else
            await WriteAsync(verification, console.Output);
        return verification.ProblemCount == 0;
    }

    private static async Task WriteAsync(BlockVerification found, TextWriter output)
    {
        var verdict = found.ProblemCount == 0 ? "sound" : $"{found.ProblemCount} problems";
        await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{found.Block}: {verdict} ({found.Spans} spans, {found.Traces} traces, {found.Bytes} bytes)"));
        foreach (var problem in found.Problems)
            await output.WriteLineAsync("  " + problem);
        if (found.ProblemCount > found.Problems.Count)
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"  and {found.ProblemCount - found.Problems.Count} more"));
    }
}
