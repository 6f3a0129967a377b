using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Rubato.Query.Api;
using Xunit;

namespace Rubato.UnitTests.Query;

public sealed class QueryTimeoutTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("/api/search", "querier.search.query_timeout", 30)]
    [InlineData("/api/traces/{id}", "querier.trace_by_id.query_timeout", 10)]
    public async Task A_query_over_its_time_ends_with_an_error_that_names_the_key(string pattern, string key, int seconds)
    {
        var source = new StuckSource();
        using var sut = new QueryApi(
            source, new FixedTenantLimits(new()),
            new QueryApiOptions { IsMeasured = false, SearchTimeout = TimeSpan.FromSeconds(30), TraceByIdTimeout = TimeSpan.FromSeconds(10) },
            _time, NullLogger<QueryApi>.Instance);
        using var body = new MemoryStream();
        var http = new DefaultHttpContext { Response = { Body = body } };
        http.Request.RouteValues["id"] = "1";

        var answering = sut.Routes.Single(route => route.Pattern == pattern).Answer(http);
        await source.Asked.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.False(answering.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await answering.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(StatusCodes.Status500InternalServerError, http.Response.StatusCode);
        Assert.StartsWith($"the query took longer than {key} allows ({seconds}s)", System.Text.Encoding.UTF8.GetString(body.ToArray()), StringComparison.Ordinal);
    }

    /// <summary>A store that never answers.</summary>
    private sealed class StuckSource : ISpanSource
    {
        public TaskCompletionSource Asked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ValueTask<SpanSnapshot> OpenAsync(TenantId tenant, TimeRange range, CancellationToken cancellationToken) => StickAsync(cancellationToken);

        public ValueTask<SpanSnapshot> OpenTraceAsync(TenantId tenant, TraceId traceId, TimeRange range, CancellationToken cancellationToken) => StickAsync(cancellationToken);

        private async ValueTask<SpanSnapshot> StickAsync(CancellationToken cancellationToken)
        {
            var never = new TaskCompletionSource<SpanSnapshot>();
            Asked.TrySetResult();
            return await never.Task.WaitAsync(cancellationToken);
        }
    }
}
