using Rubato.Configuration;

namespace Rubato.Commands;

/// <summary>
/// Flags as Go programs take them: <c>-name=value</c>, <c>--name=value</c>, <c>-name value</c>; a boolean may stand alone.
/// System.CommandLine cannot: it reads <c>-config.file</c> as a bundle of letters.
/// </summary>
internal static class GoFlags
{
    /// <summary>The arguments, or null with the first mistake.</summary>
    public static ServerArguments? Parse(IReadOnlyList<string> args, out string error)
    {
        var special = new Dictionary<string, string>(StringComparer.Ordinal);
        var settings = new List<ConfigSetting>();
        var ignored = new List<string>();
        error = "";

        for (var i = 0; i < args.Count; i++)
        {
            if (!TrySplit(args[i], out var name, out var value))
            {
                error = $"unexpected argument '{args[i]}'; flags begin with a dash";
                return null;
            }

            if (!ServerFlags.All.TryGetValue(name, out var flag))
            {
                error = $"unknown flag -{name}{DidYouMean.Hint(name, ServerFlags.All.Keys)}";
                return null;
            }

            if (value is null && flag.IsBoolean)
                value = "true";
            else if (value is null && i + 1 < args.Count)
                value = args[++i];
            if (value is null)
            {
                error = $"flag -{name} needs a value";
                return null;
            }

            if (flag.IsBoolean && !TryNormalise(ref value))
            {
                error = $"flag -{name}: '{value}' is not true or false";
                return null;
            }

            if (flag.IsIgnored)
                ignored.Add("-" + name);
            else if (flag.Path is null)
                special[name == "h" ? ServerFlags.Help : name] = value;
            else
                Set(settings, new ConfigSetting("-" + name, flag.Path, value));
        }

        return new ServerArguments
        {
            Config = new ConfigSource
            {
                Path = special.GetValueOrDefault(ServerFlags.ConfigFile),
                IsStrict = special.GetValueOrDefault(ServerFlags.Strict) != "false",
                ExpansionMode = special.GetValueOrDefault(ServerFlags.ExpandEnv) switch
                {
                    "true" => EnvironmentExpansionMode.Everything,
                    "false" => EnvironmentExpansionMode.Nothing,
                    _ => EnvironmentExpansionMode.WholeScalars,
                },
                Settings = settings,
            },
            Verify = special.GetValueOrDefault(ServerFlags.Verify) == "true",
            Version = special.GetValueOrDefault(ServerFlags.Version) == "true",
            Health = special.GetValueOrDefault(ServerFlags.Health) == "true",
            HealthUrl = special.GetValueOrDefault(ServerFlags.HealthUrl) ?? "",
            Demo = special.GetValueOrDefault(ServerFlags.Demo) == "true",
            Help = special.GetValueOrDefault(ServerFlags.Help) == "true",
            Ignored = ignored,
        };
    }

    private static bool TrySplit(string argument, out string name, out string? value)
    {
        name = argument.StartsWith("--", StringComparison.Ordinal) ? argument[2..] : argument.StartsWith('-') ? argument[1..] : "";
        var equals = name.IndexOf('=', StringComparison.Ordinal);
        value = equals < 0 ? null : name[(equals + 1)..];
        name = equals < 0 ? name : name[..equals];
        return name.Length > 0 && name[0] != '-';
    }

    /// <summary>A flag that fills a list may be given several times.</summary>
    private static void Set(List<ConfigSetting> settings, ConfigSetting setting)
    {
        var earlier = settings.FindIndex(one => one.Path == setting.Path);
        if (earlier < 0)
            settings.Add(setting);
        else
            settings[earlier] = setting.Path == "memberlist.join_members" ? setting with { Value = $"{settings[earlier].Value},{setting.Value}" } : setting;
    }

    private static bool TryNormalise(ref string value)
    {
        var isTrue = value is "1" or "t" or "T" or "true" or "TRUE" or "True";
        if (!isTrue && value is not ("0" or "f" or "F" or "false" or "FALSE" or "False"))
            return false;
        value = isTrue ? "true" : "false";
        return true;
    }
}
