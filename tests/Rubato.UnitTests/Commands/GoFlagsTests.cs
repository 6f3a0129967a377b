using Rubato.Commands;
using Rubato.Configuration;
using Rubato.Configuration.Schema;
using Xunit;

namespace Rubato.UnitTests.Commands;

public sealed class GoFlagsTests
{
    [Theory]
    [InlineData("-config.file=/a.yaml")]
    [InlineData("--config.file=/a.yaml")]
    [InlineData("-config.file", "/a.yaml")]
    [InlineData("--config.file", "/a.yaml")]
    public void Parse_a_value_in_all_four_forms(params string[] args) => Assert.Equal("/a.yaml", Parse(args).Config.Path);

    [Theory]
    [InlineData(true, "-config.verify")]
    [InlineData(true, "--config.verify=true")]
    [InlineData(true, "-config.verify=1")]
    [InlineData(false, "-config.verify=false")]
    [InlineData(false, "-config.verify=F")]
    [InlineData(false)]
    public void Parse_a_boolean_alone_or_with_a_value(bool expected, params string[] args) => Assert.Equal(expected, Parse(args).Verify);

    [Fact]
    public void Parse_a_boolean_does_not_swallow_the_next_flag()
    {
        var parsed = Parse("-multitenancy.enabled", "-target", "all");
        Assert.Equal(["multitenancy_enabled=true", "target=all"], parsed.Config.Settings.Select(setting => $"{setting.Path}={setting.Value}"));
    }

    [Theory]
    [InlineData(EnvironmentExpansionMode.WholeScalars)]
    [InlineData(EnvironmentExpansionMode.Everything, "-config.expand-env")]
    [InlineData(EnvironmentExpansionMode.Everything, "-config.expand-env=true")]
    [InlineData(EnvironmentExpansionMode.Nothing, "-config.expand-env=false")]
    internal void Parse_expansion_has_three_states(EnvironmentExpansionMode expected, params string[] args) =>
        Assert.Equal(expected, Parse(args).Config.ExpansionMode);

    [Fact]
    public void Parse_the_last_one_wins_except_for_members()
    {
        var parsed = Parse("-log.level=warn", "-log.level=debug", "-memberlist.host-port=a:1", "-memberlist.host-port", "b:2");
        Assert.Equal(["debug", "a:1,b:2"], parsed.Config.Settings.Select(setting => setting.Value));
    }

    [Fact]
    public void Parse_a_value_may_hold_an_equals_sign() => Assert.Equal("a=b", Parse("-config.file=a=b").Config.Path);

    [Theory]
    [InlineData("unknown flag -config.fil; did you mean config.file?", "-config.fil=x")]
    [InlineData("flag -config.file needs a value", "-config.file")]
    [InlineData("unexpected argument 'x'; flags begin with a dash", "-version", "x")]
    [InlineData("flag -version: 'maybe' is not true or false", "-version=maybe")]
    [InlineData("unexpected argument '-'; flags begin with a dash", "-")]
    [InlineData("unexpected argument '---version'; flags begin with a dash", "---version")]
    public void Parse_a_mistake_is_one_line(string expected, params string[] args)
    {
        Assert.Null(GoFlags.Parse(args, out var error));
        Assert.Equal(expected, error);
    }

    [Theory]
    [InlineData("-mem-ballast-size-mbs=1024")]
    [InlineData("-mutex-profile-fraction=5")]
    [InlineData("-block-profile-threshold", "3")]
    [InlineData("-span-profiling")]
    [InlineData("-config.enable-legacy-overrides=true")]
    public void Parse_flags_without_meaning_here_are_taken(params string[] args) => Assert.Single(Parse(args).Ignored);

    [Fact]
    public void Every_flag_that_sets_a_key_names_one_that_exists()
    {
        var schema = ConfigSchema.Create("127.0.0.1");
        foreach (var flag in ServerFlags.All.Values.Where(flag => flag.Path is not null))
        {
            var key = Assert.IsType<SchemaValue>(schema.Find(flag.Path!));
            Assert.Equal(key.Kind == ValueKind.Bool, flag.IsBoolean);
        }
    }

    private static ServerArguments Parse(params string[] args)
    {
        var parsed = GoFlags.Parse(args, out var error);
        Assert.Equal("", error);
        return parsed!;
    }
}
