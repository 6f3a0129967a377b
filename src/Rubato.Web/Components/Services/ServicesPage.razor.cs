using System.Globalization;
using Microsoft.AspNetCore.Components;
using Rubato.Client;
using Rubato.Web.Components.Shared;
using Rubato.Web.Explore;
using Rubato.Web.Formatting;
using Rubato.Web.Services;

namespace Rubato.Web.Components.Services;

/// <summary>Rate, errors and durations: of all services, or of one and its operations. The address is the state.</summary>
public sealed partial class ServicesPage
{
    private const int MostGroups = 1_000;
    private const int MostNames = 500;

    private readonly Reading _reading;
    private ServicesState _state = ServicesState.Parse(null, null, null, null, null, default);
    private ServicesState? _shown;
    private IReadOnlyList<RedRow> _all = [];
    private IReadOnlyList<RedRow> _rows = [];
    private IReadOnlyList<string> _others = [];
    private IReadOnlyList<string> _silent = [];
    private RedRow? _whole;
    private ServiceColors _colors = new([]);
    private string _from = "";
    private string _to = "";

    public ServicesPage() => _reading = new Reading(StateHasChanged);

    /// <summary>The service that is looked at sent spans, none of which RED counts.</summary>
    private bool IsSilent => _state.Service.Length > 0 && _silent.Count > 0;

    [SupplyParameterFromQuery(Name = "service")]
    public string? Service { get; set; }

    [SupplyParameterFromQuery(Name = "filter")]
    public string? Filter { get; set; }

    [SupplyParameterFromQuery(Name = "sort")]
    public string? Sort { get; set; }

    [SupplyParameterFromQuery(Name = "from")]
    public string? From { get; set; }

    [SupplyParameterFromQuery(Name = "to")]
    public string? To { get; set; }

    public void Dispose()
    {
        _reading.Dispose();
        Server.TenantChanged -= OnTenantChanged;
    }

    protected override void OnInitialized() => Server.TenantChanged += OnTenantChanged;

    protected override async Task OnParametersSetAsync()
    {
        var state = ServicesState.Parse(Service, Filter, Sort, From, To, Clock.GetUtcNow());
        if (state == _shown) return;
        var isNew = _shown is null || _shown.Service != state.Service || _shown.Range != state.Range;
        (_state, _shown) = (state, state);
        if (isNew)
        {
            (_all, _rows, _others, _silent, _whole) = ([], [], [], [], null);
            await ReadAsync();
        }
        else
        {
            Arrange();
        }
    }

    private void Go(ServicesState state) => Navigation.NavigateTo(state.ToAddress());

    private void OnTenantChanged() => _ = InvokeAsync(ReadAsync);

    private void Arrange()
    {
        _rows = RedTable.Of(_all, _state.Filter, _state.Sort);
        _silent = SilentNames.Of(_others, _all, _state);
    }

    private Task ReadAsync() => _reading.RunAsync(async cancellationToken =>
    {
        var state = _state;
        var (start, end) = state.Range.Resolve(Clock.GetUtcNow());
        var step = HeatMapGrid.StepFor(end - start).TotalSeconds;
        var question = string.Create(CultureInfo.InvariantCulture, $"api/rubato/red?start={start.ToUnixTimeSeconds()}&end={end.ToUnixTimeSeconds() + 1}&step={step}&limit={MostGroups}");
        var services = await Server.GetJsonAsync<RedAnswer>(question + "&by=service" + Only(state), cancellationToken);
        var rows = services.Services;
        if (state.Service.Length > 0) rows = (await Server.GetJsonAsync<RedAnswer>(question + Only(state), cancellationToken)).Operations;
        var names = await Server.Client.GetTagValuesAsync("resource.service.name", null, new SearchOptions { Start = start, End = end.AddSeconds(1), Limit = MostNames }, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        _others = [.. names.Select(name => name.Value)];
        (_all, _whole) = (rows, state.Service.Length > 0 && services.Services is [var only, ..] ? only : null);
        _colors = new ServiceColors(services.Services.Select(row => row.Service).Union(_others));
        (_from, _to) = (Format.TimeToSecond(Browser.Local(start)), Format.TimeToSecond(Browser.Local(end)));
        Arrange();
    });

    private static string Only(ServicesState state) => state.Service.Length == 0 ? "" : "&service=" + Uri.EscapeDataString(state.Service);

    private static string Milliseconds(double milliseconds) => Format.Duration(milliseconds * 1e6);

    private static LineChart.Line[] Rates(RedRow row) => [new("calls", Format.Rate(row.Rate), row.Series.Rate)];

    private static LineChart.Line[] Errors(RedRow row) => [new("failed", Format.Percent(row.ErrorRate), row.Series.ErrorRate)];

    private static LineChart.Line[] Durations(RedRow row) => [Quantile("p50", row.P50, row.Series.P50), Quantile("p95", row.P95, row.Series.P95), Quantile("p99", row.P99, row.Series.P99)];

    private static LineChart.Line Quantile(string name, double summary, IReadOnlyList<double?> values) => new(name, Milliseconds(summary), [.. values.Select(value => value ?? double.NaN)]);
}
