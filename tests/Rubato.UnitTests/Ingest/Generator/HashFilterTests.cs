using CsCheck;
using Rubato.Ingest.Generator;
using Xunit;

namespace Rubato.UnitTests.Ingest.Generator;

public sealed class HashFilterTests
{
    [Fact]
    public void What_was_added_since_it_was_cleared_is_never_denied() =>
        Gen.Int.HashSet[0, 3000].Sample(
            hashes =>
            {
                var filter = new HashFilter();
                var held = new List<int>();
                foreach (var hash in hashes)
                {
                    if (filter.IsFull)
                    {
                        // As its owner does: half of them have gone meanwhile.
                        held.RemoveRange(0, held.Count / 2);
                        filter.Clear(held.Count);
                        held.ForEach(filter.Add);
                    }

                    held.Add(hash);
                    filter.Add(hash);
                }

                Assert.All(held, hash => Assert.True(filter.MayHold(hash)));
            },
            iter: 200);

    [Fact]
    public void Most_of_what_was_not_added_is_denied()
    {
        var random = new Random(3);
        var filter = new HashFilter();
        filter.Clear(1000);
        while (!filter.IsFull) filter.Add(random.Next());
        Assert.InRange(Enumerable.Range(0, 10_000).Count(_ => filter.MayHold(random.Next())), 0, 2000);
        filter.Clear(0);
        Assert.Equal(0, Enumerable.Range(0, 10_000).Count(filter.MayHold));
    }
}
