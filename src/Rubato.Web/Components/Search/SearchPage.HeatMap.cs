using Rubato.Client;
using Rubato.Web.Explore;
using Rubato.Web.Queries;
using Rubato.Web.Times;

namespace Rubato.Web.Components.Search;

/// <content>The heat map above the rows: it narrows the search, or leads to one trace.</content>
public sealed partial class SearchPage
{
    private HeatMapGrid? _heatMap;
    private SearchState? _heatMapOf;

    /// <summary>A query that has no durations over time has no heat map. Where it fails, rows say what is wrong: the picture is a help.</summary>
    private async Task ReadHeatMapAsync()
    {
        var state = _state;
        if (_heatMapOf is { } shown && shown.Query == state.Query && shown.Range == state.Range && !state.Range.IsRelative) return;
        _heatMapOf = state;
        if (_problem is not null || QueryEdit.AsMetrics(state.Query, HeatMapGrid.Function) is not { } query)
        {
            _picture.Stop();
            _heatMap = null;
            return;
        }

        await _picture.RunAsync(async cancellationToken =>
        {
            var (start, end) = state.Range.Resolve(Clock.GetUtcNow());
            var step = HeatMapGrid.StepFor(end - start);
            var result = await Server.Client.QueryRangeAsync(query, start, end.AddSeconds(1), step, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            _heatMap = HeatMapGrid.Of(result, start, end, step);
        });
    }

    private async Task UseBoxAsync(HeatMapBox box)
    {
        if (_heatMap is not { IsEmpty: false } grid) return;
        var (range, longerThan, atMost) = grid.Box(box.Column, box.Row, box.OtherColumn, box.OtherRow);
        var query = QueryEdit.WithDuration(_state.Query.Length == 0 ? "{ nestedSetParent < 0 }" : _state.Query, longerThan, atMost);
        if (!box.IsCell)
        {
            Go(_state with { Query = query, Range = range });
            return;
        }

        // An empty cell leads nowhere.
        if (grid.At(box.Column, box.Row) <= 0) return;
        await _opening.RunAsync(async cancellationToken =>
        {
            var (start, end) = range.Resolve(Clock.GetUtcNow());
            var options = new SearchOptions { Start = start.AddSeconds(-1), End = end.AddSeconds(1), Limit = 1 };
            var found = await Server.Client.SearchAsync(query, options, cancellationToken);
            if (found.Traces.Count > 0) Navigation.NavigateTo(SearchResults.AddressOf(found.Traces[0], leadsToMatch: true));
        });
    }
}
