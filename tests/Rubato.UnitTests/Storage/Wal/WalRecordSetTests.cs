using CsCheck;
using Rubato.Storage.Wal;
using Xunit;

namespace Rubato.UnitTests.Storage.Wal;

public sealed class WalRecordSetTests
{
    [Fact]
    public void It_holds_what_a_plain_set_holds_in_the_fewest_ranges() =>
        Gen.Select(Gen.Long[0, 60], Gen.Long[0, 8]).Array[0, 30].Sample(additions =>
        {
            var set = new WalRecordSet();
            var plain = new HashSet<long>();
            foreach (var (first, length) in additions)
            {
                set.Add(new WalRecordRange(first, first + length));
                for (var i = first; i <= first + length; i++)
                    plain.Add(i);
            }

            for (var i = -1; i < 72; i++)
                Assert.Equal(plain.Contains(i), set.Contains(i));
            for (var i = 1; i < set.Ranges.Count; i++)
                Assert.True(set.Ranges[i - 1].Last + 1 < set.Ranges[i].First);
        });

    [Fact]
    public void Records_in_order_are_one_range()
    {
        var set = new WalRecordSet();
        for (var i = 5; i < 1000; i++)
            set.Add(i);
        Assert.Equal([new WalRecordRange(5, 999)], set.Ranges);
    }
}
