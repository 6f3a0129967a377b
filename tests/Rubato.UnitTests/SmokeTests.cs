using Xunit;

namespace Rubato.UnitTests;

public sealed class SmokeTests
{
    [Fact]
    public void Runner_finds_tests() => Assert.Equal(2, 1 + 1);
}
