using Rubato.Configuration;
using Xunit;

namespace Rubato.UnitTests.Configuration;

public sealed class EnvironmentExpansionTests
{
    private static readonly EnvironmentExpansion Sut = new(name => name switch
    {
        "VAR" => "value",
        "EMPTY" => "",
        "PATHS" => "/a/b/b",
        "File" => "traces.tar.gz",
        _ => null,
    });

    [Theory]
    [InlineData("a ${VAR} b", "a value b")]
    [InlineData("${NOT_THERE}", "")]
    [InlineData("$VAR", "$VAR")]
    [InlineData("$$VAR", "$VAR")]
    [InlineData("$${VAR}", "${VAR}")]
    [InlineData("costs 5$", "costs 5$")]
    [InlineData("${var}", "")]
    [InlineData("${VAR:-x}", "value")]
    [InlineData("${NOT:-x}", "x")]
    [InlineData("${EMPTY:-x}", "x")]
    [InlineData("${EMPTY:=x}", "x")]
    [InlineData("${EMPTY=x}", "x")]
    [InlineData("${NOT:-}", "")]
    [InlineData("${NOT:-${VAR}}", "value")]
    [InlineData("${NOT:-${ALSO_NOT:-deep}}", "deep")]
    [InlineData("${NOT:-http://host:80/}", "http://host:80/")]
    [InlineData("${NOT:text}", "text")]
    [InlineData("${VAR:text}", "value")]
    [InlineData("${VAR:1}", "alue")]
    [InlineData("${VAR:1:3}", "alu")]
    [InlineData("${VAR:-2:3}", "value")]
    [InlineData("${VAR: -2}", "ue")]
    [InlineData("${VAR:1:-1}", "alu")]
    [InlineData("${VAR:99}", "")]
    [InlineData("${#VAR}", "5")]
    [InlineData("${#NOT}", "0")]
    [InlineData("${VAR^}", "Value")]
    [InlineData("${VAR^^}", "VALUE")]
    [InlineData("${File,}", "traces.tar.gz")]
    [InlineData("${VAR,,}", "value")]
    [InlineData("${File%.*}", "traces.tar")]
    [InlineData("${File%%.*}", "traces")]
    [InlineData("${File#*.}", "tar.gz")]
    [InlineData("${File##*.}", "gz")]
    [InlineData("${PATHS/b/c}", "/a/c/b")]
    [InlineData("${PATHS//b/c}", "/a/c/c")]
    [InlineData("${VAR/#va/x}", "xlue")]
    [InlineData("${VAR/%ue/x}", "valx")]
    [InlineData("${VAR/z/x}", "value")]
    [InlineData("${}", "")]
    [InlineData("${${NOT}}", "")]
    [InlineData("${VAR${NOT}}", "value")]
    public void Expand_follows_the_table(string text, string expected) => Assert.Equal(expected, Sut.Expand(text));

    [Theory]
    [InlineData("a: 1\nb: ${VAR", "line 2")]
    [InlineData("${NOT:-${VAR}", "line 1")]
    public void Expand_unterminated_names_the_line(string text, string place)
    {
        var error = Assert.Throws<FormatException>(() => Sut.Expand(text));
        Assert.Contains(place, error.Message);
    }

    [Fact]
    public void Expand_endless_nesting_is_refused() =>
        Assert.Throws<FormatException>(() => Sut.Expand(string.Concat(Enumerable.Repeat("${NOT:-", 100_000))));

    [Theory]
    [InlineData("${VAR}", true, "value")]
    [InlineData("${NOT}", true, "")]
    [InlineData("${NOT:-x y}", true, "x y")]
    [InlineData("a${VAR}", false, "a${VAR}")]
    [InlineData("${VAR}${VAR}", false, "${VAR}${VAR}")]
    [InlineData("${VAR:text}", false, "${VAR:text}")]
    [InlineData("$VAR", false, "$VAR")]
    public void TryExpandScalar_only_a_whole_variable(string text, bool isExpanded, string expected)
    {
        Assert.Equal(isExpanded, Sut.TryExpandScalar(text, out var expanded));
        Assert.Equal(expected, expanded);
    }

    [Theory]
    [InlineData(EnvironmentExpansionMode.WholeScalars, "/data", "/x/${DIR}")]
    [InlineData(EnvironmentExpansionMode.Everything, "/data", "/x//data")]
    [InlineData(EnvironmentExpansionMode.Nothing, "${DIR}", "/x/${DIR}")]
    internal void Load_expands_as_the_flag_says(EnvironmentExpansionMode mode, string whole, string part)
    {
        var source = new ConfigSource
        {
            Path = "tempo.yaml",
            Text = "storage: {trace: {wal: {path: \"${DIR}\"}, local: {path: \"/x/${DIR}\"}}}",
            ExpansionMode = mode,
        };

        var result = Configs.Load(source, ("DIR", "/data"));

        Assert.Empty(result.Errors);
        Assert.Equal(whole, result.Config.Storage.Trace.Wal.Path);
        Assert.Equal(part, result.Config.Storage.Trace.Local.Path);
    }

    [Fact]
    public void Load_expands_a_number() =>
        Assert.Equal(4000, Configs.Load("server: {http_listen_port: \"${PORT:-4000}\"}").Config.Server.HttpListenPort);
}
