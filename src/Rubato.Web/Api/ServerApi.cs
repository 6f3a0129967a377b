using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Rubato.Client;
using Rubato.Web.Hosting;
using Rubato.Web.Status;

namespace Rubato.Web.Api;

/// <summary>
/// The server's HTTP API as this person may use it: with the credentials that the browser gave and the tenant that was chosen. One for each open page.
/// </summary>
public sealed class ServerApi : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromMinutes(2);
    private const string TenantList = "api/rubato/tenants";
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly Identity _identity;
    private readonly bool _hasTenants;

    public ServerApi(InProcessPipeline pipeline, IServiceScopeFactory scopes, WebUiOptions options)
    {
        _hasTenants = options.MultitenancyEnabled;
        _identity = new Identity(new InProcessHandler(pipeline, scopes));
        Http = new HttpClient(_identity) { BaseAddress = new Uri($"http://localhost{options.ApiPrefix}/"), Timeout = Timeout.InfiniteTimeSpan };
        Client = new RubatoClient(Http, new RubatoClientOptions { BaseAddress = Http.BaseAddress, Timeout = TimeSpan.FromMinutes(2) });
    }

    /// <summary>For requests by hand; addresses are relative, such as <c>api/search?q=...</c>.</summary>
    public HttpClient Http { get; }

    /// <summary>For everything that the client library can ask.</summary>
    public RubatoClient Client { get; }

    /// <summary>The tenant whose data pages show; empty where the server has none.</summary>
    public string Tenant => _identity.Tenant;

    /// <summary>Nothing else can be chosen: a proxy in front named these for this person, or the login has no other. Empty where neither is so.</summary>
    public IReadOnlyList<string> OnlyTenants { get; private set; } = [];

    /// <summary>Another tenant was chosen: what is shown is not its data.</summary>
    public event Action? TenantChanged;

    /// <summary>What the client library has no method for. Members are named as the API does: with underscores.</summary>
    /// <exception cref="RubatoClientException">The answer is no success, or not the JSON that was expected.</exception>
    public Task<T> GetJsonAsync<T>(string address, CancellationToken cancellationToken) => SendJsonAsync<T>(HttpMethod.Get, address, cancellationToken);

    /// <summary>As <see cref="GetJsonAsync{T}"/>, with a method and no body.</summary>
    public Task<T> SendJsonAsync<T>(HttpMethod method, string address, CancellationToken cancellationToken) => InTimeAsync(address, async limit =>
    {
        try
        {
            using var request = new HttpRequestMessage(method, address);
            using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit);
            if (!answer.IsSuccessStatusCode) throw new RubatoClientException(answer.StatusCode, await answer.Content.ReadAsStringAsync(limit), address);
            await using var body = await answer.Content.ReadAsStreamAsync(limit);
            return await JsonSerializer.DeserializeAsync<T>(body, Json, limit) ?? throw new RubatoClientException($"{address} was answered with null", null);
        }
        catch (JsonException e)
        {
            throw new RubatoClientException($"{address} was answered with something else than the JSON expected: {e.Message}", e);
        }
    }, cancellationToken);

    /// <summary>A file of any format that the server knows as OTLP: a protobuf <c>TracesData</c>. Nothing is stored.</summary>
    /// <exception cref="RubatoClientException">The file is refused; the message is the server's, about the file.</exception>
    public Task<byte[]> ConvertAsync(byte[] file, CancellationToken cancellationToken)
    {
        const string address = "api/rubato/convert";
        return InTimeAsync(address, async limit =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new ByteArrayContent(file) };
            request.Headers.Accept.ParseAdd("application/protobuf");
            using var answer = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, limit);
            if (answer.IsSuccessStatusCode) return await answer.Content.ReadAsByteArrayAsync(limit);
            var words = await answer.Content.ReadAsStringAsync(limit);
            throw answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge ? new RubatoClientException(words, null) : new RubatoClientException(answer.StatusCode, words, address);
        }, cancellationToken);
    }

    /// <summary>The tenants that this person may choose from, as the server knows them.</summary>
    public async Task<IReadOnlyList<string>> ListTenantsAsync(CancellationToken cancellationToken) =>
        OnlyTenants.Count > 0 ? OnlyTenants : (await GetJsonAsync<TenantsAnswer>(TenantList, cancellationToken)).Tenants;

    /// <param name="tenant">Several with | between them. What is not of <see cref="OnlyTenants"/> is not used, where there are such: all of those are, instead.</param>
    public void UseTenant(string tenant)
    {
        if (OnlyTenants.Count > 0 && !tenant.Split('|').All(OnlyTenants.Contains)) tenant = string.Join('|', OnlyTenants);
        if (tenant == _identity.Tenant) return;
        _identity.Tenant = tenant;
        TenantChanged?.Invoke();
    }

    /// <param name="authorization">The <c>Authorization</c> header that the browser sent for the page, if any.</param>
    public void UseAuthorization(string? authorization) => _identity.Authorization = authorization;

    /// <param name="tenants">The <c>X-Scope-OrgID</c> that the page was asked for with, if any. No person sets it: pages that asked for others would lead around whoever did.</param>
    public void UseOnlyTenants(string? tenants)
    {
        OnlyTenants = !_hasTenants || string.IsNullOrEmpty(tenants) ? [] : tenants.Split('|');
        UseTenant(Tenant);
    }

    public void Dispose() => Http.Dispose();

    private static async Task<T> InTimeAsync<T>(string address, Func<CancellationToken, Task<T>> ask, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(RequestTimeout);
        try
        {
            return await ask(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{address} was not answered within {RequestTimeout.TotalSeconds:0} s");
        }
    }

    private sealed class Identity(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        public string Tenant { get; set; } = "";

        public string? Authorization { get; set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // The list is asked for without a tenant: with one the server names no other.
            if (Tenant.Length > 0 && request.RequestUri?.AbsolutePath.EndsWith("/" + TenantList, StringComparison.Ordinal) != true) request.Headers.TryAddWithoutValidation("X-Scope-OrgID", Tenant);
            if (Authorization is not null && AuthenticationHeaderValue.TryParse(Authorization, out var header)) request.Headers.Authorization = header;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
