using Rubato.Model;
using Xunit;

namespace Rubato.UnitTests.Model;

public sealed class AccelerationTests
{
    // CI runs all unit tests a second time with the variable: had it no effect there, that run would prove nothing.
    [Fact]
    public void The_variable_forces_the_plain_twins() =>
        Assert.Equal(Environment.GetEnvironmentVariable("RUBATO_FORCE_PLAIN") is not ("1" or "true"), Acceleration.IsEnabled);
}
