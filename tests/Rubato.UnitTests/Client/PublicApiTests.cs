using System.Reflection;
using Rubato.Client;
using Rubato.UnitTests.Golden;
using Xunit;

namespace Rubato.UnitTests.Client;

public sealed class PublicApiTests
{
    /// <summary>A change of the public API is a change of the file PublicApi.txt, which a reviewer sees. RUBATO_RECORD_GOLDEN=1 writes it anew.</summary>
    [Theory]
    [InlineData("Rubato.Client")]
    [InlineData("Rubato.Client.AspNetCore")]
    public void Public_api_is_what_its_file_says(string package)
    {
        string file = Path.Combine(GoldenFiles.Folder(), "..", "..", "src", package, "PublicApi.txt");
        string found = PublicApi.Of(Assembly.Load(package));
        if (GoldenFiles.RecordingAsked)
        {
            File.WriteAllText(file, found);
        }

        Assert.Equal(File.ReadAllText(file), found);
    }

    [Fact]
    public void Client_needs_nothing_of_the_server_and_no_ASP_NET_Core() => Assert.All(
        typeof(RubatoClient).Assembly.GetReferencedAssemblies(),
        name => Assert.True(
            name.Name!.StartsWith("System.", StringComparison.Ordinal) || name.Name.StartsWith("OpenTelemetry", StringComparison.Ordinal) || name.Name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal),
            name.Name));
}
