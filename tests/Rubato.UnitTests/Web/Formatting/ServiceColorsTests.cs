using Rubato.Web.Formatting;
using Xunit;

namespace Rubato.UnitTests.Web.Formatting;

public sealed class ServiceColorsTests
{
    [Fact]
    public void SlotOf_OfUpToSixteenServices_IsNeverShared()
    {
        var names = Enumerable.Range(0, ServiceColors.Count).Select(i => $"service-{i}").ToArray();

        var colors = new ServiceColors(names);

        Assert.Equal(ServiceColors.Count, names.Select(colors.SlotOf).Distinct().Count());
    }

    [Fact]
    public void SlotOf_OfMoreServices_IsSharedEvenly()
    {
        var names = Enumerable.Range(0, 64).Select(i => $"service-{i}").ToArray();

        var colors = new ServiceColors(names);

        Assert.All(names.GroupBy(colors.SlotOf), group => Assert.Equal(4, group.Count()));
    }
}
