using Microsoft.AspNetCore.Components;
using Rubato.Client;
using Rubato.Web.Components.Shared;
using Rubato.Web.Start;
using Rubato.Web.Status;

namespace Rubato.Web.Components.Start;

/// <summary>For a server without data: how to send some, and the first trace as soon as it is there.</summary>
public sealed partial class StartPage
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly Reading _reading;
    private readonly Reading _looking;
    private readonly Reading _demo;
    private Repeating? _again;
    private StatusAnswer? _status;
    private SetupGuide? _guide;
    private TraceSummary? _first;
    private DemoAnswer? _made;
    private bool _waited;

    public StartPage()
    {
        _reading = new Reading(StateHasChanged);
        _looking = new Reading(() => { });
        _demo = new Reading(StateHasChanged);
    }

    /// <summary>The key of a set-up.</summary>
    [SupplyParameterFromQuery(Name = "with")]
    public string? With { get; set; }

    private Setup Chosen => _guide!.All.FirstOrDefault(setup => setup.Key == With) ?? _guide.All[0];

    public void Dispose()
    {
        _again?.Dispose();
        _reading.Dispose();
        _looking.Dispose();
        _demo.Dispose();
        Server.TenantChanged -= OnTenantChanged;
    }

    protected override async Task OnInitializedAsync()
    {
        Server.TenantChanged += OnTenantChanged;
        _again = new Repeating(Browser, Clock, LookEvery);
        _ = _again.RunAsync(() => InvokeAsync(LookAsync));
        await ReadAsync();
    }

    private void OnTenantChanged() => _ = InvokeAsync(ReadAsync);

    private async Task ReadAsync()
    {
        (_first, _made, _waited) = (null, null, false);
        await _reading.RunAsync(async cancellationToken =>
        {
            _status = await Server.GetJsonAsync<StatusAnswer>("api/rubato/status?blocks=0", cancellationToken);
            _guide = new SetupGuide(_status.Listeners, new Uri(Navigation.BaseUri).Host, Server.Tenant);
        });
        await LookAsync();
    }

    /// <summary>Ends with the first trace whose root is there: what comes after it the other pages show. A failure is shown nowhere, since the next look follows.</summary>
    private async Task LookAsync()
    {
        if (_first is { RootTraceName.Length: > 0 } || _status is null or { LacksTenant: true } || _looking.IsRunning) return;
        await _looking.RunAsync(async cancellationToken =>
        {
            var now = Clock.GetUtcNow();
            var found = await Server.Client.SearchAsync("{ }", new SearchOptions { Start = now.AddHours(-1), End = now.AddMinutes(1), Limit = 1 }, cancellationToken);
            _first = found.Traces.Count > 0 ? found.Traces[0] : _first;
            _waited |= _first is null;
        });
        StateHasChanged();
    }

    private Task MakeDemoAsync() => _demo.RunAsync(async cancellationToken =>
    {
        _made = null;
        _made = await Server.SendJsonAsync<DemoAnswer>(HttpMethod.Post, "api/rubato/demo", cancellationToken);
        await LookAsync();
    });
}
