using System.Reflection;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks;
using Rubato.Storage.Blocks.Verification;
using Rubato.Testing;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks.Verification;

/// <summary>Columns that contradict the spans: no writer of ours makes them, so a row group lies about them here.</summary>
public sealed class RowCheckTests
{
    [Theory]
    [InlineData(SpanColumn.TraceStartUnixNano)]
    [InlineData(SpanColumn.TraceDurationNano)]
    [InlineData(SpanColumn.NestedSetLeft)]
    [InlineData(SpanColumn.NestedSetRight)]
    [InlineData(SpanColumn.NestedSetParent)]
    [InlineData(SpanColumn.RootServiceName)]
    [InlineData(SpanColumn.RootName)]
    public async Task A_wrong_trace_column_is_named_with_its_row(SpanColumn column)
    {
        using var block = TestBlock.Write(new SpanGenerator(5).Batches(1, 150));
        var segment = (await block.SegmentsAsync())[0];
        var problems = new ProblemList();
        await new RowCheck(problems).CheckAsync(segment, ScanContext.None);
        Assert.Empty(problems.Problems);

        await new RowCheck(problems).CheckAsync(LyingSegment.Of(segment, column, row: 7), ScanContext.None);
        Assert.EndsWith($"has a wrong {column} in row 7", Assert.Single(problems.Problems));
    }

    [Fact]
    public async Task A_trace_in_two_row_groups_and_rows_out_of_order_are_named()
    {
        using var block = TestBlock.Write(new SpanGenerator(5).Batches(1, 150));
        var segment = (await block.SegmentsAsync())[0];
        var problems = new ProblemList();
        var check = new RowCheck(problems);
        await check.CheckAsync(segment, ScanContext.None);
        await check.CheckAsync(segment, ScanContext.None);
        Assert.Contains("rows are not sorted", Assert.Single(problems.Problems), StringComparison.Ordinal);
    }

    /// <summary>Another value in one row of one column.</summary>
    public class LyingSegment : DispatchProxy
    {
        private ISpanSegment _inner = null!;
        private SpanColumn _column;
        private int _row;

        public static ISpanSegment Of(ISpanSegment inner, SpanColumn column, int row)
        {
            var proxy = Create<ISpanSegment, LyingSegment>();
            var lying = (LyingSegment)(object)proxy;
            (lying._inner, lying._column, lying._row) = (inner, column, row);
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var answer = targetMethod!.Invoke(_inner, args);
            if (targetMethod.Name != nameof(ISpanSegment.ReadAsync) || args is not [SpanColumn column, ..] || column != _column)
                return answer;
#pragma warning disable CA2012 // The proxy hands it over as an object; its caller awaits it once.
            return ChangeAsync((ValueTask<ColumnVector?>)answer!);
#pragma warning restore CA2012
        }

        private async ValueTask<ColumnVector?> ChangeAsync(ValueTask<ColumnVector?> column)
        {
            var vector = (await column)!;
            if (vector is Int64Vector numbers)
            {
                var values = new long[numbers.RowCount];
                for (var row = 0; row < values.Length; row++)
                    values[row] = numbers.Values[numbers.IndexOf(row)] + (row == _row ? 1 : 0);
                return new Int64Vector(values.Length, values.Length, null, values);
            }

            var texts = (StringVector)vector;
            var dictionary = new StringDictionary();
            var codes = new int[texts.RowCount];
            for (var row = 0; row < codes.Length; row++)
            {
                var at = texts.IndexOf(row);
                codes[row] = dictionary.GetOrAdd(row == _row ? "a lie"u8 : at < 0 ? default : texts[at]);
            }

            return new StringVector(codes.Length, codes.Length, null, codes, dictionary.View);
        }
    }
}
