using Rubato.Configuration;
using Xunit;

namespace Rubato.UnitTests.Configuration;

public sealed class CacheAddressesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData(" , ", "")]
    [InlineData("memcached", "memcached:11211")]
    [InlineData("memcached:11311", "memcached:11311")]
    [InlineData("a, b:1 ,a:11211", "a:11211 b:1")]
    [InlineData("dns+cache.ns.svc:11211", "cache.ns.svc:11211")]
    [InlineData("dnssrv+_memcached._tcp.cache.ns.svc", "cache.ns.svc:11211")]
    [InlineData("dnssrvnoa+_memcached._tcp.cache.ns.svc", "cache.ns.svc:11211")]
    [InlineData("10.0.0.1", "10.0.0.1:11211")]
    [InlineData("[::1]:11212", "[::1]:11212")]
    [InlineData("::1", "[::1]:11211")]
    [InlineData("[fe80::1%eth0]", "[fe80::1%eth0]:11211")]
    public void Servers_are_understood_as_Tempo_writes_them(string text, string expected)
    {
        Assert.Equal(expected, string.Join(' ', CacheAddresses.Parse(text, CacheAddresses.MemcachedPort, out var wrong)));
        Assert.Null(wrong);
    }

    [Theory]
    [InlineData("a:0")]
    [InlineData("a:65536")]
    [InlineData("a:port")]
    [InlineData("http://a:1")]
    [InlineData("a b")]
    [InlineData(":11211")]
    [InlineData("user@a")]
    public void What_is_no_address_is_named(string text)
    {
        CacheAddresses.Parse("good," + text, CacheAddresses.MemcachedPort, out var wrong);
        Assert.Equal(text, wrong);
    }
}
