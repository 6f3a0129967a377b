using Rubato.Storage.Caching.Memcached;
using Xunit;

namespace Rubato.UnitTests.Storage.Caching;

public sealed class ServerRingTests
{
    private static readonly string[] Servers = ["10.0.0.1:11211", "10.0.0.2:11211", "10.0.0.3:11211", "10.0.0.4:11211"];
    private static readonly string[] Keys = [.. Enumerable.Range(0, 20_000).Select(i => $"rubato:single-tenant:block-{i / 7}:data.parquet:{i}:8192")];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Shares_are_even_and_do_not_depend_on_the_order_of_servers(bool isConsistent)
    {
        var (ring, reversed) = (new ServerRing(Servers, isConsistent), new ServerRing(Servers.Reverse().Append(Servers[0]), isConsistent));
        var shares = Keys.GroupBy(key => ring.ServerOf(key)!).ToDictionary(group => group.Key, group => group.Count() / (double)Keys.Length);
        Assert.Equal(4, shares.Count);
        Assert.All(shares.Values, share => Assert.InRange(share, 0.18, 0.32));
        Assert.All(Keys, key => Assert.Equal(ring.ServerOf(key), reversed.ServerOf(key)));
    }

    [Fact]
    public void A_server_that_goes_moves_only_its_own_keys()
    {
        var (all, fewer) = (new ServerRing(Servers, isConsistent: true), new ServerRing(Servers[1..], isConsistent: true));
        Assert.All(Keys, key =>
        {
            if (all.ServerOf(key) != Servers[0])
                Assert.Equal(all.ServerOf(key), fewer.ServerOf(key));
        });
    }

    [Fact]
    public void Without_servers_there_is_none()
    {
        Assert.Null(new ServerRing([], isConsistent: true).ServerOf("k"));
        Assert.Null(new ServerRing([], isConsistent: false).ServerOf("k"));
    }
}
