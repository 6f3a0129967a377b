using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Rubato.Web.Components.Shared;
using Rubato.Web.Explore;
using Rubato.Web.Formatting;

namespace Rubato.Web.Components.Search;

/// <summary>A box of cells of a heat map; one cell where it was clicked.</summary>
public readonly record struct HeatMapBox(int Column, int Row, int OtherColumn, int OtherRow)
{
    public bool IsCell => Column == OtherColumn && Row == OtherRow;
}

public sealed partial class HeatMap
{
    private readonly PageScript _script = new();
    private ElementReference _canvas;
    private DotNetObjectReference<HeatMap>? _self;
    private HeatMapGrid? _shown;
    private int _low;
    private int _high;
    private int _left;
    private int _right;

    [Parameter, EditorRequired]
    public HeatMapGrid Grid { get; set; } = null!;

    [Parameter]
    public string Caption { get; set; } = "Durations over time";

    [Parameter]
    public EventCallback<HeatMapBox> OnBox { get; set; }

    public ValueTask DisposeAsync()
    {
        _self?.Dispose();
        return _script.DisposeAsync();
    }

    [JSInvokable]
    public Task Boxed(int column, int row, int otherColumn, int otherRow) => OnBox.InvokeAsync(new HeatMapBox(column, row, otherColumn, otherRow));

    protected override void OnParametersSet()
    {
        if (Grid == _shown) return;
        (_low, _high, _left, _right) = (0, Grid.Rows - 1, 0, Grid.Columns - 1);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        try
        {
            if (firstRender)
            {
                _self = DotNetObjectReference.Create(this);
                await _script.AttachAsync(Js, "heatmap.js", "attach", _canvas, _self);
            }

            if (_script.Object is { } drawing && Grid != _shown) await DrawAsync(drawing);
        }
        catch (Exception e) when (PageObjects.IsPageGone(e))
        {
            // The page is closed.
        }
    }

    private ValueTask DrawAsync(IJSObjectReference drawing)
    {
        _shown = Grid;
        return drawing.InvokeVoidAsync("show", new
        {
            columns = Grid.Columns,
            rows = Grid.Rows,
            counts = Grid.Counts,
            most = Grid.Most,
            times = Enumerable.Range(0, Grid.Columns).Select(TimeText),
            durations = Grid.Bounds.Select(bound => $"{Text(bound / 2)} to {Text(bound)}"),
        });
    }

    private Task NarrowAsync() => OnBox.InvokeAsync(new HeatMapBox(_left, Math.Min(_low, _high), _right, Math.Max(_low, _high)));

    private string TimeText(int column) => Browser.Local(Grid.Start + (Grid.Step * column)).ToString(Grid.Step * Grid.Columns > TimeSpan.FromDays(1) ? "MM-dd HH:mm" : "HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Text(double seconds) => Format.Duration(seconds * 1e9);
}
