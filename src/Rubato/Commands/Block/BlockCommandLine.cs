using System.CommandLine;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.Commands.Block;

/// <summary>What the commands of <c>rubato block</c> have in common.</summary>
internal static class BlockCommandLine
{
    public static Argument<string> Block() => new("BLOCK") { Description = "A block's own folder, or with --config TENANT/BLOCK" };

    public static Option<string?> Configuration() => new("--config") { Description = "Take the store from this configuration file", HelpName = "FILE" };

    public static Option<CommandOutput> Output() =>
        new("--output") { Description = "table or json", HelpName = "table|json", DefaultValueFactory = _ => CommandOutput.Table };

    public static Option<string?> Trace(string description)
    {
        Option<string?> trace = new("--trace") { Description = description };
        trace.Validators.Add(result =>
        {
            if (result.GetValue(trace) is { } text && !TraceId.TryParse(text, out _))
                result.AddError($"--trace {text} is not a trace id: must be 1 to 32 hexadecimal digits");
        });
        return trace;
    }

    public static void SetAction(this Command command, Func<ParseResult, InvocationConfiguration, CancellationToken, Task<int>> run) =>
        command.SetAction(async (parsed, cancel) =>
        {
            var console = parsed.InvocationConfiguration;
            try
            {
                return await run(parsed, console, cancel);
            }
            catch (Exception e) when (e is SegmentDamagedException or IOException or UnauthorizedAccessException or InvalidDataException or Server.StartException)
            {
                await console.Error.WriteLineAsync($"rubato block: {e.Message}");
                return ExitCodes.Failure;
            }
        });
}
