using Rubato.Model.Spans;
using Xunit;

namespace Rubato.UnitTests.Model.Spans;

public sealed class NestedSetsTests
{
    [Fact]
    public void Children_lie_between_the_numbers_of_their_parents()
    {
        var random = new Random(3);
        var sets = new NestedSets();
        for (var round = 0; round < 300; round++)
        {
            var ids = new ulong[random.Next(1, round % 50 == 0 ? 5000 : 40)];
            var parents = new int[ids.Length];
            sets.Clear();
            for (var i = 0; i < ids.Length; i++)
            {
                // Ids in a row and ids that differ in their highest bits only find their places too.
                ids[i] = (round % 3) switch { 0 => (ulong)i + 1, 1 => (ulong)(i + 1) << 48, _ => (ulong)random.NextInt64() | 1 };
                parents[i] = i == 0 ? -1 : random.Next(-1, i);
                sets.Add(ids[i], parents[i] < 0 ? 0 : ids[parents[i]], kind: 1, isLinkedChild: false);
            }

            sets.Number();

            Assert.Equal(Enumerable.Range(1, 2 * ids.Length), sets.Left.ToArray().Concat(sets.Right.ToArray()).Order());
            for (var i = 0; i < ids.Length; i++)
            {
                Assert.Equal(parents[i] < 0 ? -1 : sets.Left[parents[i]], sets.Parent[i]);
                if (parents[i] < 0) continue;
                Assert.True(sets.Left[parents[i]] < sets.Left[i] && sets.Right[i] < sets.Right[parents[i]]);
            }

            Assert.Equal(parents.AsSpan().LastIndexOf(-1), sets.Root);
        }
    }

    [Fact]
    public void Client_and_server_side_of_a_call_may_share_an_id()
    {
        var sets = new NestedSets();
        sets.Add(1, 0, kind: 1, isLinkedChild: false);
        sets.Add(2, 1, kind: 3, isLinkedChild: false);
        sets.Add(2, 2, kind: 2, isLinkedChild: false);
        sets.Add(3, 2, kind: 1, isLinkedChild: false);
        sets.Add(4, 9, kind: 1, isLinkedChild: false);

        sets.Number();

        Assert.Equal([1, 2, 3, 4, 0], sets.Left.ToArray());
        Assert.Equal([8, 7, 6, 5, 0], sets.Right.ToArray());
        Assert.Equal([-1, 1, 2, 3, 0], sets.Parent.ToArray());
    }

    [Fact]
    public void An_id_for_the_third_time_leaves_the_trace_without_numbers()
    {
        var sets = new NestedSets();
        for (var i = 0; i < 3; i++) sets.Add(5, 0, kind: i, isLinkedChild: false);

        sets.Number();

        Assert.Equal([0, 0, 0], sets.Left.ToArray());
        Assert.Equal(2, sets.Root);
    }
}
