namespace Rubato.TraceQL.Syntax;

internal sealed partial class Parser
{
    private static bool IsMetricsFunction(string word) => word == "compare" || Keywords.TryMetrics(word, out _);

    private MetricsPipeline ParseMetrics()
    {
        var start = _token.Span.Start;
        MetricsFirstStage first = _token.Text == "compare" ? ParseCompare() : ParseMetricsAggregate();
        var second = new List<MetricsSecondStage>();
        while (true)
        {
            if (_token.IsSymbol("|"))
                second.Add(ParseRank());
            else if (_token.Kind == TokenKind.Symbol && BinaryOperators.TryGetValue(_token.Text, out var op) && op.IsComparison())
                second.Add(ParseMetricsFilter(op));
            else
                return new MetricsPipeline(first, [.. second]) { Span = Since(start) };
        }
    }

    private MetricsAggregateStage ParseMetricsAggregate()
    {
        var start = _token.Span.Start;
        Keywords.TryMetrics(Take().Text, out var function);
        Expect("(");
        var argument = function is MetricsFunction.Rate or MetricsFunction.CountOverTime ? null : ParseField();
        var quantiles = new List<double>();
        if (function == MetricsFunction.QuantileOverTime)
        {
            do
            {
                Expect(",");
                if (_token.IsSymbol("-"))
                    throw Unexpected("a number from 0 to 1");
                quantiles.Add(ParseNumber(allowDuration: false).AsDouble());
            }
            while (_token.IsSymbol(","));
        }

        Expect(")", function == MetricsFunction.QuantileOverTime ? ", or )" : ")");
        SyntaxList<Field> by = [];
        if (_token.IsWord("by"))
        {
            Take();
            Expect("(");
            by = ParseFields();
            Expect(")", ", or )");
        }

        return new MetricsAggregateStage(function, argument, [.. quantiles], by) { Span = Since(start) };
    }

    private MetricsCompareStage ParseCompare()
    {
        var start = _token.Span.Start;
        Take();
        Expect("(");
        var selection = ParseFilter();
        long? topN = null, from = null, to = null;
        if (TryTake(","))
        {
            topN = ParseInteger();
            if (TryTake(","))
            {
                from = ParseInteger();
                Expect(",", ", and the end time: compare({...}, n, start, end)");
                to = ParseInteger();
            }
        }

        Expect(")", ", or )");
        return new MetricsCompareStage(selection, topN, from, to) { Span = Since(start) };
    }

    private MetricsRankStage ParseRank()
    {
        var start = _token.Span.Start;
        Expect("|");
        if (!_token.IsWord("topk") && !_token.IsWord("bottomk"))
            throw Unexpected("topk or bottomk, the only stages that may follow a metrics function");
        var top = Take().Text == "topk";
        Expect("(");
        var count = ParseInteger();
        Expect(")");
        return new MetricsRankStage(top, count) { Span = Since(start) };
    }

    private MetricsFilterStage ParseMetricsFilter(BinaryOperator op)
    {
        var start = _token.Span.Start;
        Take();
        var value = ParseNumber(allowDuration: true);
        return new MetricsFilterStage(op, value) { Span = Since(start) };
    }

    private long ParseInteger()
    {
        if (_token is not { Kind: TokenKind.Literal, Value.Type: StaticType.Int })
            throw Unexpected("an integer");
        return Take().Value.Int;
    }

    private SyntaxList<Hint> ParseHints()
    {
        Take();
        Expect("(");
        var hints = new List<Hint> { ParseHint() };
        while (TryTake(","))
            hints.Add(ParseHint());
        Expect(")", ", or )");
        return [.. hints];
    }

    private Hint ParseHint()
    {
        var start = _token.Span.Start;
        if (_token.Kind != TokenKind.Word)
            throw Unexpected("the name of a hint, as in with (most_recent=true)");
        var name = Take().Text;
        Expect("=");
        if (_token.Kind == TokenKind.Literal)
            return new Hint(name, Take().Value) { Span = Since(start) };
        if (_token.Kind != TokenKind.Word || !Keywords.TryLiteral(_token.Text, out var value))
            throw Unexpected("a value");
        Take();
        return new Hint(name, value) { Span = Since(start) };
    }
}
