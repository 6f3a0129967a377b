using Microsoft.AspNetCore.Components;
using Rubato.Web.Compare;
using Rubato.Web.Components.Shared;
using Rubato.Web.Traces;

namespace Rubato.Web.Components.Compare;

/// <summary>Two traces beside each other. The address is the state.</summary>
public sealed partial class ComparePage
{
    private readonly Reading _reading;
    private CompareState _state = CompareState.Parse(null, null, null);
    private CompareState? _read;
    private string _a = "";
    private string _b = "";
    private IReadOnlyList<string> _problems = [];
    private bool _isMissing;
    private TraceComparison? _comparison;
    private List<AlignedRow> _shown = [];

    public ComparePage() => _reading = new Reading(StateHasChanged);

    [SupplyParameterFromQuery(Name = "a")]
    public string? First { get; set; }

    [SupplyParameterFromQuery(Name = "b")]
    public string? Second { get; set; }

    [SupplyParameterFromQuery(Name = "only")]
    public string? Only { get; set; }

    public void Dispose()
    {
        _reading.Dispose();
        Server.TenantChanged -= OnTenantChanged;
    }

    protected override void OnInitialized() => Server.TenantChanged += OnTenantChanged;

    protected override async Task OnParametersSetAsync()
    {
        _state = CompareState.Parse(First, Second, Only);
        var isNew = _read is null || _read.A != _state.A || _read.B != _state.B;
        _read = _state;
        if (isNew)
        {
            (_a, _b) = (_state.A, _state.B);
            await ReadAsync();
        }
        else
        {
            Show();
        }
    }

    private static string TraceAddress(string id) => "trace/" + Uri.EscapeDataString(id);

    private void Use() => Go(_state with { A = _a.Trim(), B = _b.Trim() });

    private void Swap() => Go(_state with { A = _b.Trim(), B = _a.Trim() });

    private void Go(CompareState state) => Navigation.NavigateTo(state.ToAddress());

    private void OnTenantChanged() => _ = InvokeAsync(ReadAsync);

    private Task ReadAsync()
    {
        (_comparison, _isMissing) = (null, false);
        _problems = [.. new[] { CompareState.Problem("A", _state.A), CompareState.Problem("B", _state.B) }.OfType<string>()];
        return _reading.RunAsync(async cancellationToken =>
        {
            if (_problems.Count > 0) return;
            var both = await Task.WhenAll(FindAsync(_state.A, cancellationToken), FindAsync(_state.B, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (both is [{ } a, { } b])
            {
                _comparison = new TraceComparison(a, b);
                Show();
                return;
            }

            _isMissing = true;
            _problems = [.. new[] { Missing("A", _state.A, both[0]), Missing("B", _state.B, both[1]) }.OfType<string>()];
        });
    }

    private static string? Missing(string name, string id, TraceView? trace) => trace is null ? $"{name}: no trace has the id {id}" : null;

    private async Task<TraceView?> FindAsync(string id, CancellationToken cancellationToken) =>
        await Server.Client.GetTraceOtlpAsync(id, cancellationToken) is { } otlp ? await TraceView.ReadAsync(otlp, cancellationToken) : null;

    private void Show()
    {
        if (_comparison is not { } comparison) return;
        _shown = [.. _state.OnlyChanges ? comparison.Rows.Where(comparison.IsChanged) : comparison.Rows];
    }
}
