using System.Diagnostics;
using System.Globalization;
using Rubato.Commands.Load;

namespace Rubato.IntegrationTests.Harness;

/// <summary>
/// <c>rubato load</c> beside a server: a deterministic load whose acknowledged requests are on file, so that afterwards it is
/// known for each trace whether the server had promised to keep it.
/// </summary>
internal sealed class Load : IDisposable
{
    private const ulong Seed = 42;

    private readonly TestFolder _folder = new();
    private readonly Process _process;
    private readonly ServerLog _log = new();
    private readonly DateTimeOffset _start;
    private readonly double _rate;
    private readonly LoadProtocol _protocol;

    private Load(RubatoProcess server, long spans, double rate, string protocol)
    {
        _rate = rate;
        _protocol = LoadProtocol.Find(protocol)!;
        var now = DateTimeOffset.UtcNow;
        _start = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero).AddSeconds(-60);
        var start = RubatoExecutable.Start(
            [
                "load", "--target", server.Log.Listeners()[Listener(_protocol)].GetLeftPart(UriPartial.Authority),
                "--protocol", protocol, "--spans", spans.ToString(CultureInfo.InvariantCulture), "--rate", rate.ToString(CultureInfo.InvariantCulture),
                "--seed", Seed.ToString(CultureInfo.InvariantCulture), "--start-time", _start.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                "--retries", "0", "--ack-file", AckFile,
            ],
            _folder.Path);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => _log.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => _log.Add(line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    private string AckFile => _folder.File("acknowledged");

    /// <summary>Without retries: a request that got no answer must not count as sent twice.</summary>
    public static Load Start(RubatoProcess server, long spans, double rate, string protocol = "http") => new(server, spans, rate, protocol);

    public long AcknowledgedSpans => File.Exists(AckFile) ? Commands.Load.AckFile.Read(AckFile).Sum(a => (long)a.Spans) : 0;

    /// <summary>The acknowledged traces, computed again from the seed.</summary>
    public List<LoadTrace> AcknowledgedTraces()
    {
        var shape = Shape();
        var acknowledged = Commands.Load.AckFile.Read(AckFile).ToList();
        Assert.NotEmpty(acknowledged);
        var traces = acknowledged.SelectMany(a => Enumerable.Range(0, (int)(a.LastTrace - a.FirstTrace + 1)).Select(i => shape.Trace(a.FirstTrace + i))).ToList();
        Assert.Equal(acknowledged.Sum(a => a.Spans), traces.Sum(t => t.Spans.Count));
        return traces;
    }

    /// <summary>The spans of the acknowledged requests as they went out, made again from the seed.</summary>
    public List<FoundSpan> AcknowledgedSpansAsSent()
    {
        var shape = Shape();
        var acknowledged = Commands.Load.AckFile.Read(AckFile).Select(a => a.FirstTrace).ToHashSet();
        Assert.NotEmpty(acknowledged);
        var spans = new List<FoundSpan>();
        var buffer = new byte[shape.MaxRequestBytes];
        for (long number = 0, found = 0; found < acknowledged.Count; number++)
        {
            if (!acknowledged.Contains(shape.Request(number).FirstTrace)) continue;
            found++;
            spans.AddRange(FoundSpan.All(Otlp.ExportTraceServiceRequest.Parser.ParseFrom(buffer, 0, shape.Write(number, buffer)).ResourceSpans));
        }

        return spans;
    }

    /// <summary>Waits for its end; when the server is gone it fails, and that is expected.</summary>
    public async Task EndAsync()
    {
        if (!_process.WaitForExit(0))
        {
            try
            {
                await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60));
            }
            catch (TimeoutException)
            {
                _process.Kill();
                throw;
            }
        }
    }

    /// <summary>
    /// Each trace of an acknowledged request is found by id with exactly its spans, each once. Spans that were on their way when
    /// the server died may be there or not, so the total may be larger than what was acknowledged, but no span may be there twice.
    /// </summary>
    public async Task AssertAllAcknowledgedAreFoundOnceAsync(RubatoProcess server)
    {
        var acknowledged = Commands.Load.AckFile.Read(AckFile).ToList();
        var traces = AcknowledgedTraces();

        // The search sees every trace whole: as many spans as it has, none twice.
        var answer = await server.Api.SearchAsync("{ }", limit: 262_144);
        var matched = answer.GetProperty("traces").EnumerateArray().ToDictionary(
            t => t.GetProperty("traceID").GetString()!.PadLeft(32, '0'),
            t => t.GetProperty("spanSets").EnumerateArray().Sum(s => s.GetProperty("matched").GetInt64()));
        var wrong = traces.Where(t => matched.GetValueOrDefault(t.TraceId) != t.Spans.Count).Take(10)
            .Select(t => $"{t.TraceId}: {matched.GetValueOrDefault(t.TraceId)} of {t.Spans.Count} spans").ToList();
        Assert.True(wrong.Count == 0, $"of {traces.Count} acknowledged traces, search finds not exactly their spans in:\n" + string.Join('\n', wrong));

        // By id, span by span: a sample that covers first, last and those in between; each trace costs a request.
        var step = Math.Max(1, traces.Count / 400);
        for (var i = 0; i < traces.Count; i += step)
        {
            var found = await server.Api.TraceAsync(traces[i].TraceId);
            Assert.Equal(
                traces[i].Spans.Select(s => $"{s.SpanId} {s.ParentSpanId} {s.Service} {s.Name} {AsSent(s.StartUnixNano)}").Order(),
                found.Select(s => $"{s.SpanId} {Convert.ToHexStringLower(s.Span.ParentSpanId.Span)} {s.Service} {s.Span.Name} {s.Span.StartTimeUnixNano}").Order());
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{traces.Count} acknowledged traces of {acknowledged.Count} requests found; {matched.Count} traces in all");
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _log.WriteTail("rubato load", 20);
        _process.Dispose();
        _folder.Dispose();
    }

    private static string Listener(LoadProtocol protocol) => protocol.Name switch
    {
        "otlp" => "otlp-grpc",
        "jaeger-thrift" => "jaeger-thrift-http",
        "zipkin-json" => "zipkin",
        var name => name,
    };

    // Thrift and Zipkin have microseconds.
    private long AsSent(long unixNano) => _protocol.Name is "jaeger-thrift" or "zipkin-json" ? unixNano / 1000 * 1000 : unixNano;

    private LoadShape Shape() => new(Seed, (_start - DateTimeOffset.UnixEpoch).Ticks * 100, _rate > 0 ? _rate : 20_000);
}
