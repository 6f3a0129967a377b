using Rubato.Configuration.Options;
using Rubato.Demo;
using Xunit;

namespace Rubato.UnitTests.Demo;

public sealed class DemoApiTests
{
    [Theory]
    [InlineData("127.0.0.1", false, true)]
    [InlineData("localhost", false, true)]
    [InlineData("::1", false, true)]
    [InlineData("0.0.0.0", false, false)]
    [InlineData("", false, false)]
    [InlineData("10.1.2.3", false, false)]
    [InlineData("some-host", false, false)]
    [InlineData("0.0.0.0", true, true)]
    public void IsAllowed_OnLoopbackOrWhereTheKeySaysSo(string address, bool key, bool expected) =>
        Assert.Equal(expected, DemoApi.IsAllowed(new ServerOptions { HttpListenAddress = address, Demo = key }));
}
