using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Search;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Execution.Search;

public sealed class CandidatePoolTests
{
    [Fact]
    public void Take_OfKnownAndLateTraces_GivesTheNewestFirst()
    {
        var pool = new CandidatePool();
        pool.Add(Known((1, 50), (2, 20)), worst: null);
        pool.Add(7, Late((3, 40), (9, 60)));
        pool.Add(8, Late((1, 30)));

        var taken = new List<string>();
        while (pool.TryPeek(out _))
        {
            var (id, late) = pool.Take();
            taken.Add(late is { } place ? $"segment {place.Segment} row {place.Row}" : $"trace {id.Low}");
        }

        Assert.Equal(["segment 7 row 9", "trace 1", "segment 7 row 3", "segment 8 row 1", "trace 2"], taken);
    }

    [Fact]
    public void TryPeek_OfALateTraceThatBeginsWithAKnownOne_GivesTheBestOrderThatItCanHave()
    {
        var pool = new CandidatePool();
        pool.Add(Known((5, 40)), worst: null);
        pool.Add(0, Late((3, 40)));

        Assert.True(pool.TryPeek(out var order));

        Assert.Equal(new TraceOrder(40, default), order);
        Assert.NotNull(pool.Take().Late);
        Assert.Null(pool.Take().Late);
    }

    [Fact]
    public void TryTake_OfATraceThatWasTaken_IsFalse()
    {
        var pool = new CandidatePool();
        pool.Add(Known((1, 50)), worst: null);

        pool.Take();

        Assert.False(pool.TryTake(new TraceId(0, 1)));
        Assert.True(pool.TryTake(new TraceId(0, 2)));
        Assert.False(pool.TryTake(new TraceId(0, 2)));
    }

    [Fact]
    public void TryTake_OfATraceThatIsKnownToo_LeavesNoneOfIt()
    {
        var pool = new CandidatePool();
        pool.Add(Known((1, 50)), worst: null);

        Assert.True(pool.TryTake(new TraceId(0, 1)));

        Assert.False(pool.TryPeek(out _));
    }

    private static TraceList Known(params (ulong Id, ulong Start)[] traces)
    {
        var list = new TraceList.Builder(traces.Length);
        foreach (var (id, start) in traces) list.Add(new TraceId(0, id), start);
        return list.ToList();
    }

    private static LateTraces Late(params (int Row, ulong Start)[] traces)
    {
        var late = new LateTraces.Builder(traces.Length);
        foreach (var (row, start) in traces) late.Add(row, start);
        return late.ToTraces()!;
    }
}
