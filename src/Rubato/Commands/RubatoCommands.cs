using System.CommandLine;
using System.CommandLine.Parsing;
using Rubato.Commands.Auth;
using Rubato.Commands.Block;
using Rubato.Commands.Load;
using Rubato.Commands.Query;
using Rubato.Commands.Storage;
using Rubato.Configuration;

namespace Rubato.Commands;

/// <summary>
/// The command tree. Arguments that begin with a dash, or none, are the server's and go through <see cref="GoFlags"/>;
/// a word is a command.
/// </summary>
internal sealed class RubatoCommands(ServerCommand server, TextWriter output, TextWriter error, Func<string, string?> environment)
{
    /// <summary>Every command, in the order of the help. New ones are added here.</summary>
    private RootCommand BuildRoot() => new("Rubato stores distributed traces and answers questions about them.")
    {
        AuthCommand.Build(Console.In, output, error),
        BlockCommand.Create(),
        LoadCommand.Create(),
        QueryCommand.Create(),
        ConfigCommand.Build(output, error, environment),
        StorageCommand.Build(output, error, environment, TimeProvider.System, Random.Shared),
    };

    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancellation)
    {
        var root = BuildRoot();
        if (args.Count > 0 && args[0] == "help")
            args = ["--help"];
        if (args.Count == 0 || args[0].StartsWith('-'))
            return await RunServerAsync(root, args, cancellation);

        if (root.Subcommands.All(command => command.Name != args[0]))
        {
            var hint = DidYouMean.Hint(args[0], root.Subcommands.Select(command => command.Name));
            return await FailAsync($"unknown command '{args[0]}'{hint}");
        }

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            return await FailAsync(parsed.Errors[0].Message, $"{PathOf(parsed.CommandResult)} --help says more");

        // Program turns signals into the token; a second handler here would end the process before a command has said how far it came.
        var invocation = new InvocationConfiguration { Output = output, Error = error, ProcessTerminationTimeout = null };
        return await parsed.InvokeAsync(invocation, cancellation);
    }

    private async Task<int> RunServerAsync(RootCommand root, IReadOnlyList<string> args, CancellationToken cancellation)
    {
        if (GoFlags.Parse(args, out var mistake) is not { } arguments)
            return await FailAsync(mistake);
        if (!arguments.Help)
            return await server.RunAsync(arguments, cancellation);

        await output.WriteLineAsync(HelpText.With(root.Subcommands.SelectMany(Lines)));
        return ExitCodes.Success;
    }

    /// <summary>A command that only groups others is shown as those.</summary>
    private static IEnumerable<(string Name, string Description)> Lines(Command command) => command.Subcommands.Count == 0
        ? [(string.Join(' ', command.Arguments.Select(argument => argument.Name).Prepend(command.Name)), command.Description ?? "")]
        : command.Subcommands.SelectMany(Lines).Select(line => ($"{command.Name} {line.Name}", line.Description));

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult { Parent: not null } parent ? $"{PathOf(parent)} {result.Command.Name}" : $"rubato {result.Command.Name}";

    private async Task<int> FailAsync(string mistake, string usage = HelpText.Short)
    {
        await error.WriteLineAsync($"rubato: {mistake}");
        await error.WriteLineAsync(usage);
        return ExitCodes.Usage;
    }
}
