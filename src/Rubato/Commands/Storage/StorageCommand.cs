using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Configuration;
using Rubato.Server;

namespace Rubato.Commands.Storage;

/// <summary><c>rubato storage check</c>: can this machine use the store of its configuration, and if not, what is missing.</summary>
internal static class StorageCommand
{
    public static Command Build(TextWriter output, TextWriter error, Func<string, string?> environment, TimeProvider time, Random random)
    {
        var file = new Option<string?>("--config.file", "-config.file") { Description = "configuration in YAML; without one, the default is checked", HelpName = "FILE" };
        var expand = new Option<bool?>("--config.expand-env", "-config.expand-env") { Description = "expand ${VAR} everywhere in the file" };
        var check = new Command("check", "try every kind of request on the object store; exit code 1 if one fails") { file, expand };
        check.SetAction((parsed, cancellation) => CheckAsync(
            new ConfigSource
            {
                Path = parsed.GetValue(file),
                ExpansionMode = parsed.GetValue(expand) switch
                {
                    true => EnvironmentExpansionMode.Everything,
                    false => EnvironmentExpansionMode.Nothing,
                    null => EnvironmentExpansionMode.WholeScalars,
                },
            },
            output, error, environment, time, random, cancellation));
        return new Command("storage", "check the object store") { check };
    }

    private static async Task<int> CheckAsync(
        ConfigSource source, TextWriter output, TextWriter error, Func<string, string?> environment, TimeProvider time, Random random, CancellationToken cancellation)
    {
        var result = ConfigLoader.Load(source, environment);
        foreach (var problem in result.Errors)
            await error.WriteLineAsync($"error: {problem}");
        if (result.Errors.Count > 0)
            return ExitCodes.Failure;

        try
        {
            // A person waits for this: what does not work at the second try is reported.
            var factory = new ObjectStoreFactory(time, random, NullLoggerFactory.Instance, environment) { MaxAttempts = 2 };
            using var store = factory.Create(result.Config.Storage.Trace);
            await output.WriteLineAsync($"{store.Store.Backend}: {store.Place}");
            if (store.Credentials.Length > 0)
                await output.WriteLineAsync($"credentials: {store.Credentials}");
            // Only to tell two checks at a time apart.
            var steps = await new StorageCheck(store.Store, time, random).RunAsync(step => output.WriteLineAsync(step.ToString()), cancellation);
            var failed = steps.Count(step => step.Outcome == StorageCheckOutcome.Failed);
            var doubtful = steps.Count(step => step.Outcome == StorageCheckOutcome.Doubtful);
            await output.WriteLineAsync((failed, doubtful) switch
            {
                (0, 0) => "the store can be used",
                (0, _) => "the store can be used, with what is noted above",
                _ => $"the store cannot be used: {failed} of {steps.Count} checks failed",
            });
            return failed == 0 ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (Exception e) when (e is StartException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"rubato storage check: {e.Message}");
            return ExitCodes.Failure;
        }
    }
}
