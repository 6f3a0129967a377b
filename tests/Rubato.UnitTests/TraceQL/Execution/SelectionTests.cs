using CsCheck;
using Rubato.TraceQL.Execution.Scan;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Execution;

/// <summary>Parts of a set of rows, row by row.</summary>
public sealed class SelectionTests
{
    [Fact]
    public void Parts_hold_the_rows_between_their_ends() =>
        Gen.Select(Gen.Bool.Array[0, 200], Gen.Int[0, 200], Gen.Int[0, 200]).Sample(
            (bits, a, b) =>
            {
                var selection = new Selection(bits.Length);
                for (var row = 0; row < bits.Length; row++)
                {
                    if (bits[row]) selection.Set(row);
                }

                var (first, end) = (Math.Min(Math.Min(a, b), bits.Length), Math.Min(Math.Max(a, b), bits.Length));
                List<int> expected = [.. Enumerable.Range(first, end - first).Where(row => bits[row])];
                Assert.Equal(expected.Count, selection.CountIn(first, end));
                var found = new List<int>();
                for (var row = selection.Next(first, end); row >= 0; row = selection.Next(row + 1, end)) found.Add(row);
                Assert.Equal(expected, found);
            },
            iter: 2000);
}
