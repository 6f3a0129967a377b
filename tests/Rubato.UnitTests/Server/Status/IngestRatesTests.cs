using Microsoft.Extensions.Time.Testing;
using Rubato.Ingest;
using Rubato.Model.Tenants;
using Rubato.Server.Status;
using Xunit;

namespace Rubato.UnitTests.Server.Status;

public sealed class IngestRatesTests
{
    private static readonly TenantId Tenant = TenantId.Parse("one");
    private readonly FakeTimeProvider _time = new();
    private long _spans;

    [Fact]
    public void Of_IsTheMeanOfTheLastMinuteNotOfAllTime()
    {
        var rates = new IngestRates(() => new Dictionary<string, (long Spans, long Bytes)> { [Tenant.Value] = (_spans, _spans * 100) }, _time);
        _spans = 1_000_000;
        for (var i = 0; i < 20; i++) Step(rates, 50);

        var (spans, bytes) = rates.Of(Tenant, Figures());

        Assert.Equal((10, 1_000), (spans, bytes));
    }

    [Fact]
    public void Of_ShortlyAfterTheStart_CountsFromThere()
    {
        var rates = new IngestRates(() => new Dictionary<string, (long Spans, long Bytes)> { [Tenant.Value] = (_spans, _spans * 100) }, _time);
        Assert.Equal((0, 0), rates.Of(Tenant, Figures()));
        _spans = 20;
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((10, 1_000), rates.Of(Tenant, Figures()));
        Assert.Equal((0, 0), rates.Of(TenantId.Parse("other"), new IngestFigures(0, 0, new Dictionary<string, long>(), 0, 0)));
    }

    private void Step(IngestRates rates, int spans)
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        _spans += spans;
        rates.Note();
    }

    private IngestFigures Figures() => new(_spans, _spans * 100, new Dictionary<string, long>(), 0, 0);
}
