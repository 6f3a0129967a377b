using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Storage;
using Rubato.Storage.Caching;
using Rubato.Storage.Caching.Memcached;
using Xunit;

namespace Rubato.UnitTests.Storage.Caching;

/// <summary>Whatever a server says: a status, within the timeout, in bounded memory.</summary>
public sealed class MemcachedGarbageTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ERROR\r\n")]
    [InlineData("SERVER_ERROR out of memory\r\n")]
    [InlineData("VALUE other 0 3\r\nabc\r\nEND\r\n")]
    [InlineData("VALUE k 0 -3\r\nabc\r\nEND\r\n")]
    [InlineData("VALUE k 0 99999999999999\r\n")]
    [InlineData("VALUE k 0 2000000000\r\n")]
    [InlineData("VALUE k 0\r\n")]
    [InlineData("VALUE k 0 3\r\nabcdef\r\nEND\r\n")]
    [InlineData("VALUE k 0 3\r\nabc\r\nVALUE k 0 3\r\nabc\r\nEND\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("\r\n")]
    public async Task An_answer_that_is_none_is_an_error_and_the_connection_is_given_up(string answer)
    {
        await using var server = new FakeMemcached(_ => Encoding.ASCII.GetBytes(answer));
        await using var client = Client(server.Address);

        Assert.Equal(CacheStatus.Error, (await client.GetAsync("k", 100, Token)).Status);
        Assert.Equal(CacheStatus.Error, (await client.GetAsync("k", 100, Token)).Status);
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task An_endless_line_is_given_up()
    {
        await using var server = new FakeMemcached(_ => Encoding.ASCII.GetBytes(new string('x', 1 << 20)));
        await using var client = Client(server.Address);
        Assert.Equal(CacheStatus.Error, (await client.GetAsync("k", 100, Token)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("VALUE k 0 50\r\nabc")]
    [InlineData("VALUE k 0 3\r\nabc\r\n")]
    [InlineData("VALUE k")]
    public async Task A_server_that_stops_in_the_middle_costs_the_timeout_and_opens_the_circuit(string answer)
    {
        await using var server = new FakeMemcached(_ => answer.Length == 0 ? null : Encoding.ASCII.GetBytes(answer));
        await using var client = Client(server.Address, timeout: TimeSpan.FromMilliseconds(50), failures: 2);

        Assert.Equal(CacheStatus.Timeout, (await client.GetAsync("k", 100, Token)).Status);
        Assert.Equal(CacheStatus.Timeout, (await client.GetAsync("k", 100, Token)).Status);
        Assert.Equal(CacheStatus.Open, (await client.GetAsync("k", 100, Token)).Status);
    }

    [Fact]
    public async Task A_connection_that_the_server_closed_meanwhile_is_opened_again_without_a_failure()
    {
        await using var server = new FakeMemcached(_ => "END\r\n"u8.ToArray(), closes: true);
        await using var client = Client(server.Address, timeout: TimeSpan.FromSeconds(20), failures: 1);

        for (var i = 0; i < 5; i++)
            Assert.Equal(CacheStatus.Miss, (await client.GetAsync("k", 100, Token)).Status);
    }

    [Fact]
    public async Task A_name_stands_for_all_its_addresses_and_one_without_any_is_left_out()
    {
        var options = new MemcachedOptions { Name = "dns", Servers = ["cache.local:11211", "gone.local:11211", "[::1]:11212"] };
        await using var client = new MemcachedClient(options, TimeProvider.System, NullLogger.Instance, (host, _) => host == "cache.local"
            ? Task.FromResult(new[] { IPAddress.Parse("10.0.0.2"), IPAddress.Parse("fd00::1") })
            : throw new SocketException((int)SocketError.HostNotFound));
        Assert.Equal(["10.0.0.2:11211", "[::1]:11212", "[fd00::1]:11211"], client.Servers);
    }

    private static MemcachedClient Client(string address, TimeSpan? timeout = null, int failures = 0)
    {
        var client = new MemcachedClient(
            new MemcachedOptions
            {
                Name = "garbage", Servers = [address], Timeout = timeout ?? TimeSpan.FromSeconds(20), Circuit = new OutageCircuitOptions(failures, TimeSpan.FromHours(1)),
            },
            TimeProvider.System, NullLogger.Instance);
        Assert.Equal([address], client.Servers);
        return client;
    }
}
