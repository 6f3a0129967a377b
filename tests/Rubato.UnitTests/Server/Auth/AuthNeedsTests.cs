using Microsoft.AspNetCore.Http;
using Rubato.Configuration.Options;
using Rubato.Server.Auth;
using Xunit;

namespace Rubato.UnitTests.Server.Auth;

public sealed class AuthNeedsTests
{
    [Theory]
    [InlineData("GET", "/api/search", "Read", false, false)]
    [InlineData("HEAD", "/api/overrides", "Read", false, false)]
    [InlineData("OPTIONS", "/api/overrides", "Read", false, false)]
    [InlineData("POST", "/tempopb.StreamingQuerier/Search", "Read", false, false)]
    [InlineData("POST", "/_blazor/negotiate", "Read", false, true)]
    [InlineData("GET", "/_blazor", "Read", false, true)]
    [InlineData("POST", "/_blazorish", "Write", false, true)]
    [InlineData("POST", "/api/overrides", "Write", false, true)]
    [InlineData("PATCH", "/prefix/API/overrides", "Write", false, true)]
    [InlineData("POST", "/api/rubato/what-comes-later", "Write", false, true)]
    [InlineData("BREW", "/api/search", "Write", false, true)]
    [InlineData("GET", "/FLUSH", "Write", true, true)]
    [InlineData("GET", "/shutdown/", "Write", true, true)]
    [InlineData("GET", "/status/config", "Read", true, false)]
    [InlineData("GET", "/metrics", "Read", true, false)]
    [InlineData("GET", "/ready", "None", false, false)]
    [InlineData("POST", "/grpc.health.v1.Health/Check", "None", false, false)]
    public void A_request_needs(string method, string path, string rights, bool isForOperators, bool isOfOwnPages)
    {
        var need = AuthNeeds.Of(method, path, new AuthOptions());

        Assert.Equal((rights, isForOperators, isOfOwnPages), (need.Rights.ToString(), need.IsForOperators, need.IsOfOwnPages));
    }

    [Theory]
    [InlineData("POST", "/tempo/api/rubato/convert", "Read")]
    [InlineData("POST", "/tempo/API/rubato/convert/", "Read")]
    [InlineData("POST", "/api/rubato/convert", "Write")]
    [InlineData("PUT", "/tempo/api/rubato/convert", "Write")]
    [InlineData("POST", "/tempo/api/rubato/converter", "Write")]
    public void A_file_is_converted_with_the_right_to_read(string method, string path, string rights) =>
        Assert.Equal(rights, AuthNeeds.Of(method, path, new AuthOptions(), apiPrefix: "/tempo").Rights.ToString());

    [Fact]
    public void What_is_open_can_be_closed_and_metrics_opened()
    {
        var options = new AuthOptions { OpenReady = false, OpenMetrics = true };

        Assert.Equal(AuthRights.Read, AuthNeeds.Of("GET", "/ready", options).Rights);
        Assert.Equal(AuthRights.Read, AuthNeeds.Of("POST", "/grpc.health.v1.Health/Check", options).Rights);
        Assert.True(AuthNeeds.Of("GET", "/metrics", options).IsOpen);
    }
}
