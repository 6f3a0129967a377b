using Rubato.Configuration;
using Xunit;

namespace Rubato.UnitTests.Configuration;

/// <summary>The files that users of the guide paste; hosts, variables and files that they name do not exist here.</summary>
public sealed class GuideFilesTests
{
    private const string Development = """
        server:
          http_listen_port: 3200
        """;

    [Fact]
    public void Short_file_loads()
    {
        var result = ConfigLoader.Load(new ConfigSource { Path = "x.yaml", Text = Development }, _ => null);
        Assert.Empty(result.Errors);
        Assert.Equal("---\n{}\n", result.Printer.Diff());
    }
}
