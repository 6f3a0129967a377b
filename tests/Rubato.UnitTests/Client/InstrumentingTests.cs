using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;
using OpenTelemetry.Context.Propagation;
using Rubato.Client;
using Rubato.Client.AspNetCore;
using Xunit;

namespace Rubato.UnitTests.Client;

// Not beside each other: tracing listens to the sources of this package, which the other class makes spans with.
[Collection("sources of Rubato.Client")]
public sealed class InstrumentingTests : IDisposable
{
    private static readonly ActivitySource Source = new("instrumenting-tests");

    private readonly List<Activity> _ended = [];
    private readonly ActivityListener _listener;
    private readonly AsyncLocal<bool> _own = new();

    public InstrumentingTests()
    {
        // Other tests run beside this one: only what this one starts counts.
        _own.Value = true;
        _listener = new ActivityListener
        {
            // By name: the source may be asked about while it is being made, before it is in its field.
            ShouldListenTo = s => s.Name == "instrumenting-tests" || s.Name.StartsWith("Rubato.Client", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                if (_own.Value)
                {
                    _ended.Add(activity);
                }
            },
        };
        ActivitySource.AddActivityListener(_listener);
        Activity.Current = null;
    }

    [Fact]
    public void RecordError_AddsExceptionStatusAndContext()
    {
        using Activity span = Source.StartActivity("x")!;

        span.RecordError(new InvalidOperationException("boom"), "order 7", "retry 2");

        Assert.Equal((ActivityStatusCode.Error, "boom"), (span.Status, span.StatusDescription));
        Assert.Equal(["exception", "error_context"], span.Events.Select(e => e.Name));
        Assert.Equal("order 7; retry 2", span.Events.Last().Tags.Single(t => t.Key == "context").Value);
    }

    [Fact]
    public void RecordError_WithoutContextOrSpan_AddsNoContextAndDoesNotThrow()
    {
        using Activity span = Source.StartActivity("x")!;
        span.RecordError(new InvalidOperationException("boom"));
        Assert.Equal("exception", Assert.Single(span.Events).Name);
        Assert.Null(((Activity?)null).RecordError(new InvalidOperationException("boom")));
    }

    [Fact]
    public void HandleDbError_RecordsOperationAndTypeAndGivesTheException()
    {
        using Activity span = Source.StartActivity("x")!;

        DatabaseOperationException error = span.HandleDbError("SELECT", new TimeoutException("slow"));

        Assert.Equal("database SELECT failed: slow", error.Message);
        Assert.Equal("DB operation failed: SELECT", span.StatusDescription);
        Assert.Equal(("SELECT", "System.TimeoutException"), (span.GetTagItem("db.operation"), span.GetTagItem("error.type")));
        Assert.Contains(span.Events.Single().Tags, t => t.Key == "db.operation");
        Assert.IsType<TimeoutException>(((Activity?)null).HandleDbError("SELECT", new TimeoutException()).InnerException);
    }

    [Fact]
    public void SetBusinessAttributes_SetsWhatIsGiven()
    {
        using Activity span = Source.StartActivity("x")!;
        span.SetBusinessAttributes("u1", null);
        Assert.Equal(("u1", null), (span.GetTagItem("app.user.id"), span.GetTagItem("app.order.id")));
    }

    [Fact]
    public void InjectThenExtract_GivesContextAndBaggageBack()
    {
        using Activity span = Source.StartActivity("x")!;
        span.TraceStateString = "a=b";
        Baggage.SetBaggage("tenant", "blue");
        using var request = new HttpRequestMessage();

        TraceContextPropagation.Inject(request);
        TraceContextPropagation.Inject(request);
        PropagationContext found = TraceContextPropagation.Extract(request);

        Assert.Equal((span.TraceId, span.SpanId, "a=b"), (found.ActivityContext.TraceId, found.ActivityContext.SpanId, found.ActivityContext.TraceState));
        Assert.Equal("blue", found.Baggage.GetBaggage("tenant"));
        Baggage.Current = default;
    }

    [Theory]
    [InlineData(200, ActivityStatusCode.Unset)]
    [InlineData(404, ActivityStatusCode.Error)]
    public async Task TracingHttpHandler_MakesASpanAndSendsItsContext(int status, ActivityStatusCode expected)
    {
        HttpRequestMessage? sent = null;
        using var client = new HttpClient(new TracingHttpHandler(new StubHandler(request =>
        {
            sent = request;
            return new HttpResponseMessage((HttpStatusCode)status);
        })));

        await client.GetAsync(new Uri("http://user:secret@shop.example/a?b=1"), TestContext.Current.CancellationToken);

        Activity span = Assert.Single(_ended);
        Assert.Equal((expected, ActivityKind.Client, status), (span.Status, span.Kind, span.GetTagItem("http.status_code")));
        Assert.Equal("http://shop.example/a?b=1", span.GetTagItem("http.url"));
        Assert.Equal(span.Id, sent!.Headers.GetValues("traceparent").Single());
    }

    [Theory]
    [InlineData(200, ActivityStatusCode.Unset, null)]
    [InlineData(503, ActivityStatusCode.Error, "HTTP 503")]
    public async Task Middleware_MakesTheGuidesSpanUnderTheCaller(int status, ActivityStatusCode expected, string? description)
    {
        DefaultHttpContext context = Request();
        context.Request.Headers.TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        context.Request.Headers.Baggage = "tenant=blue";
        string? baggage = null;

        await Middleware(inner =>
        {
            baggage = Baggage.GetBaggage("tenant");
            inner.Response.StatusCode = status;
            return Task.CompletedTask;
        })(context);

        Activity span = Assert.Single(_ended);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c b7ad6b7169203331", $"{span.TraceId} {span.ParentSpanId}");
        Assert.Equal(("/user", ActivityKind.Server, expected, description), (span.DisplayName, span.Kind, span.Status, span.StatusDescription));
        Assert.Equal(
            "http.host=shop.example http.method=GET http.remote_addr=10.0.0.7:1234 http.scheme=http http.status_code=" + status + " http.target=/user?id=7 http.url=/user?id=7 http.user_agent=tests",
            string.Join(' ', span.TagObjects.Select(t => $"{t.Key}={t.Value}").Order(StringComparer.Ordinal)));
        Assert.Equal("blue", baggage);
    }

    [Fact]
    public async Task Middleware_WithoutCaller_StartsATraceAlsoUnderTheHostsOwnActivity()
    {
        using var hosting = new Activity("Microsoft.AspNetCore.Hosting.HttpRequestIn").Start();

        await Middleware(_ => Task.CompletedTask)(Request());

        Activity span = Assert.Single(_ended);
        Assert.Equal(default, span.ParentSpanId);
        Assert.Same(hosting, Activity.Current);
    }

    [Fact]
    public async Task Middleware_Exception_IsRecordedAndPassedOn()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Middleware(_ => throw new InvalidOperationException("boom"))(Request()));

        Activity span = Assert.Single(_ended);
        Assert.Equal(("HTTP 500", 500), (span.StatusDescription, span.GetTagItem("http.status_code")));
        Assert.Equal("exception", Assert.Single(span.Events).Name);
    }

    [Fact]
    public async Task Middleware_BesideOpenTelemetrysInstrumentation_AddsToItsSpan()
    {
        using var aspnet = new ActivitySource("Microsoft.AspNetCore");
        using var also = new ActivityListener { ShouldListenTo = s => s == aspnet, Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded };
        ActivitySource.AddActivityListener(also);
        using Activity instrumented = aspnet.StartActivity("GET /user", ActivityKind.Server)!;

        await Middleware(_ => Task.CompletedTask)(Request());

        Assert.Empty(_ended);
        Assert.Equal((200, "/user?id=7"), (instrumented.GetTagItem("http.status_code"), instrumented.GetTagItem("http.url")));
    }

    [Fact]
    public void RequestMetrics_RecordsBothAndMarksTheSpan()
    {
        List<string> seen = [];
        using var metrics = new RequestMetrics();
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == RequestMetrics.MeterName)
            {
                l.EnableMeasurementEvents(instrument);
            }
        } };
        listener.SetMeasurementEventCallback<double>((i, value, tags, _) => seen.Add($"{i.Name} {i.Unit} {i.Description} {value} {tags[0].Value} {tags[1].Value}"));
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => seen.Add($"{i.Name} {i.Description} {value} {tags[0].Value} {tags[1].Value}"));
        listener.Start();
        using Activity span = Source.StartActivity("HandleRequest")!;

        metrics.RecordRequest(TimeSpan.FromMilliseconds(100), 200, "GET");

        Assert.Equal(["http.server.duration ms HTTP request duration 100 GET 200", "http.server.requests HTTP request count 1 GET 200"], seen);
        ActivityEvent marked = Assert.Single(span.Events);
        Assert.Equal("metrics_recorded", marked.Name);
        Assert.Equal([("trace_id", span.TraceId.ToHexString()), ("span_id", span.SpanId.ToHexString())], marked.Tags.Select(t => (t.Key, t.Value?.ToString())));
    }

    [Fact]
    public void DebugLogger_NamesTheTraceOrSaysThatThereIsNone()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var log = new DebugLogger(output);
        log.LogWithTrace("INFO", "hello {0}", 7);
        using (Activity span = Source.StartActivity("x")!)
        {
            log.LogWithTrace("ERROR", "{not a place}");
            Assert.Equal($"[INFO] [No Trace] hello 7\n[ERROR] [TraceID: {span.TraceId}] [SpanID: {span.SpanId}] {{not a place}}\n", output.ToString());
        }
    }

    [Fact]
    public void BeginTraceScope_NamesTheSpan()
    {
        using var log = new ListLogger();
        Assert.Null(log.BeginTraceScope());
        Assert.Empty(log.Scopes);
        using Activity span = Source.StartActivity("x")!;
        log.BeginTraceScope();
        Assert.Contains(KeyValuePair.Create("TraceID", (object)span.TraceId.ToHexString()), (IEnumerable<KeyValuePair<string, object>>)Assert.Single(log.Scopes));
    }

    public void Dispose()
    {
        _listener.Dispose();
        Activity.Current = null;
    }

    private static RequestDelegate Middleware(RequestDelegate next) => new RubatoTracingMiddleware(next).InvokeAsync;

    private static DefaultHttpContext Request()
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("shop.example");
        context.Request.Path = "/user";
        context.Request.QueryString = new QueryString("?id=7");
        context.Request.Headers.UserAgent = "tests";
        context.Connection.RemoteIpAddress = IPAddress.Parse("10.0.0.7");
        context.Connection.RemotePort = 1234;
        return context;
    }
}
