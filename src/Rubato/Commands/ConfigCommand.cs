using System.CommandLine;
using Rubato.Configuration;
using Rubato.Overrides;

namespace Rubato.Commands;

/// <summary><c>rubato config check FILE</c>: everything that start-up would say about a file, without starting.</summary>
internal static class ConfigCommand
{
    public static Command Build(TextWriter output, TextWriter error, Func<string, string?> environment)
    {
        var file = new Argument<string>("FILE") { Description = "configuration in YAML" };
        var expand = new Option<bool?>("--expand-env") { Description = "expand ${VAR} everywhere in the file" };
        var strict = new Option<bool>("--strict") { Description = "unknown keys are errors", DefaultValueFactory = _ => true };
        var check = new Command("check", "check a configuration file; exit code 1 if it cannot be used") { file, expand, strict };
        check.SetAction((parsed, _) => CheckAsync(
            new ConfigSource
            {
                Path = parsed.GetValue(file),
                IsStrict = parsed.GetValue(strict),
                ExpansionMode = parsed.GetValue(expand) switch
                {
                    true => EnvironmentExpansionMode.Everything,
                    false => EnvironmentExpansionMode.Nothing,
                    null => EnvironmentExpansionMode.WholeScalars,
                },
            },
            output, error, environment));
        return new Command("config", "check a configuration file") { check };
    }

    private static async Task<int> CheckAsync(ConfigSource source, TextWriter output, TextWriter error, Func<string, string?> environment)
    {
        var result = ConfigLoader.Load(source, environment);
        var errors = new List<ConfigProblem>(result.Errors);
        var warnings = new List<ConfigProblem>(result.Warnings);
        var overrides = result.Config.Overrides.PerTenantOverrideConfig;
        if (overrides.Length > 0 && File.Exists(overrides))
        {
            var file = TenantOverridesFile.Load(overrides, result);
            errors.AddRange(file.Errors);
            warnings.AddRange(file.Warnings);
        }
        else if (overrides.Length > 0)
        {
            warnings.Add(new ConfigProblem("", 0, "overrides.per_tenant_override_config", $"{overrides} does not exist here, so it was not checked"));
        }

        foreach (var problem in errors)
            await error.WriteLineAsync($"error: {problem}");
        foreach (var problem in result.Refusals)
            await error.WriteLineAsync($"warning: {problem}; the server would not start");
        foreach (var problem in warnings)
            await error.WriteLineAsync($"warning: {problem}");

        var warned = warnings.Count + result.Refusals.Count;
        await output.WriteLineAsync(errors.Count > 0
            ? $"{source.Path}: {Counted(errors.Count, "error")}, {Counted(warned, "warning")}"
            : $"{source.Path}: ok, {Counted(warned, "warning")}");
        return errors.Count > 0 ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static string Counted(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
