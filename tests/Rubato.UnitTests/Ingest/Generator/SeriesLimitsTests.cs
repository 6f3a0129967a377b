using Rubato.Ingest.Generator;
using Xunit;

namespace Rubato.UnitTests.Ingest.Generator;

/// <summary>The limits of a tenant's series: label sets instead of series, and the values of each label.</summary>
public sealed class SeriesLimitsTests
{
    private static readonly SeriesKind Kind = new("k", ["c", "d"], [], []);
    private static readonly SeriesKind Other = new("o", ["e"], [], []);

    [Fact]
    public void Label_sets_are_limited_instead_of_series()
    {
        var sut = new SeriesRegistry("t", new GeneratorSettings { LimitsEntities = true, MaxActiveEntities = 2, MaxActiveSeries = 1 }, 0);
        Assert.False(Get(sut, "1").IsOverflow);
        Assert.False(Get(sut, "2").IsOverflow);
        Assert.True(Get(sut, "3").IsOverflow);
        Assert.Equal(4, sut.ActiveSeries);

        // A limit that is raised holds at once, and ends nothing.
        sut.Settings = sut.Settings with { MaxActiveEntities = 3 };
        Assert.False(Get(sut, "3").IsOverflow);
        Assert.Equal(6, sut.ActiveSeries);
    }

    [Fact]
    public void Without_the_limiter_the_number_of_label_sets_is_not_limited()
    {
        var sut = new SeriesRegistry("t", new GeneratorSettings { MaxActiveEntities = 1 }, 0);
        Get(sut, "1");
        Assert.False(Get(sut, "2").IsOverflow);
    }

    [Fact]
    public void A_value_too_many_becomes_one_and_those_that_are_there_stay()
    {
        var sut = Capped(2);
        var (first, second) = (Get(sut, "1"), Get(sut, "2"));
        var third = Get(sut, "3");
        Assert.Equal(SeriesLabels.Bytes("value", LabelValueLimit.Overflow), third.Labels.Rest);
        Assert.Same(third, Get(sut, "4"));
        Assert.Same(first, Get(sut, "1"));
        Assert.Same(second, Get(sut, "2"));
        // Of another metric the same: the limit is the tenant's.
        Assert.Equal(SeriesLabels.Bytes("value", LabelValueLimit.Overflow), Get(sut, "5", Other).Labels.Rest);
        Assert.Equal(SeriesLabels.Bytes("value", "2"), Get(sut, "2", Other).Labels.Rest);
    }

    [Fact]
    public void Who_sends_the_text_of_the_overflow_gets_no_series_beside_it()
    {
        var sut = Capped(1);
        Get(sut, "1");
        Assert.Same(Get(sut, "2"), Get(sut, LabelValueLimit.Overflow));
    }

    [Fact]
    public void Labels_are_limited_each_by_itself_and_an_empty_value_is_none()
    {
        var sut = Capped(1);
        sut.Get(Kind, ["x", "y"], ["1", ""], 0);
        var second = sut.Get(Kind, ["x", "y"], ["2", "z"], 0);
        Assert.Equal(SeriesLabels.Of([new("x", LabelValueLimit.Overflow), new("y", "z")]).Rest, second.Labels.Rest);
    }

    [Fact]
    public void Label_sets_that_become_the_same_are_one_group()
    {
        var sut = new SeriesRegistry("t", new GeneratorSettings { Series = new() { MaxLabelValueLength = 3 } }, 0);
        // Cut to the same text; and of two labels of one name only the last counts, unless it is empty.
        Assert.Same(Get(sut, "abcd"), Get(sut, "abce"));
        Assert.Same(Get(sut, "abcd"), Get(sut, "abc"));
        string[] twice = ["value", "value"];
        var second = sut.Get(Other, twice, ["1", "x"], 0);
        Assert.Same(second, sut.Get(Other, twice, ["2", "x"], 0));
        Assert.Equal(SeriesLabels.Bytes("value", "x"), second.Labels.Rest);
        Assert.Equal(SeriesLabels.Bytes("value", "3"), sut.Get(Other, twice, ["3", ""], 0).Labels.Rest);
    }

    [Fact]
    public void A_value_makes_room_when_its_last_label_set_has_ended()
    {
        var sut = Capped(1);
        Get(sut, "1", Kind, nowMs: 0);
        Get(sut, "1", Other, nowMs: 2_000_000);
        Get(sut, "2", Kind, nowMs: 2_000_000);
        sut.Sweep(2_000_000);
        Assert.Equal(SeriesLabels.Bytes("value", LabelValueLimit.Overflow), Get(sut, "3", Kind, 2_000_000).Labels.Rest);
        sut.End([Other]);
        Assert.Equal(SeriesLabels.Bytes("value", "3"), Get(sut, "3", Kind, 2_000_000).Labels.Rest);
    }

    private static SeriesRegistry Capped(int max) => new("t", new GeneratorSettings { Series = new() { MaxValuesPerLabel = max } }, 0);

    private static SeriesGroup Get(SeriesRegistry registry, string value, SeriesKind? kind = null, long nowMs = 0) => registry.Get(kind ?? Kind, ["value"], [value], nowMs);
}
