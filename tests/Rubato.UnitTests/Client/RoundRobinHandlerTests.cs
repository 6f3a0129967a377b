using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Rubato.Client;
using Xunit;

namespace Rubato.UnitTests.Client;

public sealed class RoundRobinHandlerTests
{
    private static readonly IPAddress First = IPAddress.Parse("127.0.0.1");
    private static readonly IPAddress Second = IPAddress.Parse("127.0.0.2");

    [Fact]
    public async Task Send_TwoAddresses_AreUsedInTurn()
    {
        await using WebApplication one = await StartAsync(First, 0);
        int port = new Uri(one.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        await using WebApplication two = await StartAsync(Second, port);
        using HttpMessageInvoker client = Client(First, Second);

        Assert.Equal(["127.0.0.1", "127.0.0.2", "127.0.0.1", "127.0.0.2"], [await AskAsync(client, port), await AskAsync(client, port), await AskAsync(client, port), await AskAsync(client, port)]);
    }

    [Fact]
    public async Task Send_AddressThatTakesNoConnection_IsPassedOver()
    {
        await using WebApplication one = await StartAsync(First, 0);
        int port = new Uri(one.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        using HttpMessageInvoker client = Client(Second, First);

        Assert.Equal("127.0.0.1", await AskAsync(client, port));
        Assert.Equal("127.0.0.1", await AskAsync(client, port));
    }

    [Fact]
    public async Task Send_NameServerAway_KeepsTheAddressesThatWereThere()
    {
        await using WebApplication one = await StartAsync(First, 0);
        int port = new Uri(one.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
        var time = new FakeTimeProvider();
        int asked = 0;
        using var client = new HttpMessageInvoker(new RoundRobinHandler(
            TimeSpan.FromSeconds(5), time, (_, _) => asked++ == 0 ? Task.FromResult<IPAddress[]>([First]) : throw new SocketException((int)SocketError.TryAgain)));

        Assert.Equal("127.0.0.1", await AskAsync(client, port));
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("127.0.0.1", await AskAsync(client, port));
        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Send_UnknownName_SaysWhich()
    {
        using var client = new HttpMessageInvoker(new RoundRobinHandler(TimeSpan.FromSeconds(5), TimeProvider.System, (_, _) => throw new SocketException((int)SocketError.HostNotFound)));

        var error = await Assert.ThrowsAsync<HttpRequestException>(() => AskAsync(client, 4317));

        Assert.Equal(HttpRequestError.NameResolutionError, error.HttpRequestError);
        Assert.Contains("receivers.example:4317", error.Message, StringComparison.Ordinal);
    }

    private static HttpMessageInvoker Client(params IPAddress[] addresses) => new(new RoundRobinHandler(TimeSpan.FromSeconds(5), TimeProvider.System, (_, _) => Task.FromResult(addresses)));

    private static async Task<string> AskAsync(HttpMessageInvoker client, int port)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://receivers.example:{port}/") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<WebApplication> StartAsync(IPAddress address, int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, port, listener => listener.Protocols = HttpProtocols.Http2));
        WebApplication app = builder.Build();
        app.Run(context => context.Response.WriteAsync(context.Connection.LocalIpAddress!.ToString()));
        await app.StartAsync();
        return app;
    }
}
