using Xunit;
using Rubato.Ingest.Generator;

namespace Rubato.UnitTests.Ingest.Generator;

public sealed class RelabelTests
{
    [Theory]
    [InlineData(RelabelAction.Replace, "a", "(.*)", "t", "$1", "__name__=m,a=one,b=two,t=one")]
    [InlineData(RelabelAction.Replace, "a,b", "(o.*);(?P<second>.*)", "t", "${second}-$1-$$", "__name__=m,a=one,b=two,t=two-one-$")]
    [InlineData(RelabelAction.Replace, "a", "(.*)", "t", "$1x", "__name__=m,a=one,b=two")]
    [InlineData(RelabelAction.Replace, "a", "(.*)", "b", "", "__name__=m,a=one")]
    [InlineData(RelabelAction.Replace, "a", "on", "t", "$1", "__name__=m,a=one,b=two")]
    [InlineData(RelabelAction.Replace, "a", "(.*)", "x-$1", "v", "__name__=m,a=one,b=two")]
    [InlineData(RelabelAction.Replace, "a", "(.*)", "t_$1", "v", "__name__=m,a=one,b=two,t_one=v")]
    [InlineData(RelabelAction.Keep, "__name__", "m|n", "", "", "__name__=m,a=one,b=two")]
    [InlineData(RelabelAction.Keep, "__name__", "n", "", "", null)]
    [InlineData(RelabelAction.Drop, "a", "o.e", "", "", null)]
    [InlineData(RelabelAction.Drop, "absent", "", "", "", null)]
    [InlineData(RelabelAction.KeepEqual, "a", "", "b", "", null)]
    [InlineData(RelabelAction.DropEqual, "a", "", "b", "", "__name__=m,a=one,b=two")]
    [InlineData(RelabelAction.Uppercase, "a", "", "a", "", "__name__=m,a=ONE,b=two")]
    [InlineData(RelabelAction.Lowercase, "a,b", "", "t", "", "__name__=m,a=one,b=two,t=one;two")]
    [InlineData(RelabelAction.HashMod, "a", "", "shard", "", "__name__=m,a=one,b=two,shard=2")]
    [InlineData(RelabelAction.LabelMap, "", "(a)", "", "old_$1", "__name__=m,a=one,b=two,old_a=one")]
    [InlineData(RelabelAction.LabelDrop, "", "a", "", "", "__name__=m,b=two")]
    [InlineData(RelabelAction.LabelKeep, "", "__name__|b", "", "", "__name__=m,b=two")]
    public void Each_action_does_what_Prometheus_does(RelabelAction action, string sources, string regex, string target, string replacement, string? expected)
    {
        var rule = new RelabelRule
        {
            Action = action,
            SourceLabels = sources.Length == 0 ? [] : sources.Split(','),
            Regex = RelabelRule.Pattern(regex),
            TargetLabel = target,
            Replacement = replacement,
            Modulus = 8,
        };
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["__name__"] = "m", ["a"] = "one", ["b"] = "two" };
        Assert.Equal(expected is not null, rule.Apply(labels));
        if (expected is not null) Assert.Equal(expected, string.Join(',', labels.Select(l => l.Key + "=" + l.Value)));
    }

    [Fact]
    public void Bodies_keep_their_samples_and_lose_what_is_dropped()
    {
        var batches = new SampleBatches(1000, "traceID");
        batches.Describe("m", 1, "help");
        batches.Add("m", SeriesLabels.Of([new("a", "1")]), 5, 1000, 500, default);
        batches.Add("n", SeriesLabels.Of([new("a", "2")]), 6, 1000, 500, default);
        var body = Assert.Single(batches.Complete()).Body;
        var drop = new RelabelRule { Action = RelabelAction.Drop, SourceLabels = ["__name__"], Regex = RelabelRule.Pattern("n") };

        var same = new SampleBatches(1000, "traceID");
        same.Describe("m", 1, "help");
        same.Add("m", SeriesLabels.Of([new("a", "1")]), 5, 1000, 500, default);
        var (kept, dropped) = new WriteRequestRelabeler([drop]).Apply(body);
        Assert.Equal(2, dropped);
        Assert.Equal(Assert.Single(same.Complete()).Body, kept);

        var nothing = new SampleBatches(1000, "traceID");
        nothing.Add("n", SeriesLabels.Of([]), 6, 1000, 0, default);
        Assert.Equal((null, 1), new WriteRequestRelabeler([drop]).Apply(Assert.Single(nothing.Complete()).Body));
    }

    [Fact]
    public void A_log_that_holds_nonsense_is_said_to()
    {
        var body = Snappier.Snappy.CompressToArray([0x0a, 0x7f]);
        Assert.Throws<InvalidDataException>(() => new WriteRequestRelabeler([new RelabelRule { TargetLabel = "t" }]).Apply(body));
    }
}
