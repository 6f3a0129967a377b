using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Rubato.Model.Scanning;
using Rubato.Model.Tenants;
using Rubato.Query.Encoding;
using Rubato.TraceQL.Execution;

namespace Rubato.Query.Api;

/// <summary>One request of the query API: its tenants, its parameters, and how to answer.</summary>
internal sealed class QueryCall(HttpContext http, QueryParameters parameters, IReadOnlyList<TenantId> tenants, TenantLimits limits, CancellationToken cancellationToken)
{
    /// <summary>Shorter bodies are not worth compressing (spec/http-api.md 1: about 1 KiB).</summary>
    private const int MinGzipBytes = 1024;

    /// <summary>Says which stored data an answer lacks; absent when the answer is complete.</summary>
    public const string IncompleteHeader = "X-Rubato-Incomplete";

    /// <summary>Reads of stored blocks that the query needed.</summary>
    public const string RequestsHeader = "X-Rubato-Storage-Requests";

    /// <summary>Bytes of these reads.</summary>
    public const string BytesHeader = "X-Rubato-Storage-Bytes";

    /// <summary>Blocks in the range of the query.</summary>
    public const string BlocksHeader = "X-Rubato-Blocks";

    /// <summary>Those of them that nothing but their index was asked of.</summary>
    public const string SkippedBlocksHeader = "X-Rubato-Blocks-Skipped";

    private readonly ReadTally _reads = ReadTally.Begin();

    public HttpContext Http => http;

    public ReadTally Reads => _reads;

    public QueryParameters Parameters => parameters;

    public IReadOnlyList<TenantId> Tenants => tenants;

    public TenantLimits Limits => limits;

    public CancellationToken CancellationToken => cancellationToken;

    public AnswerForm Form { get; } = Accepted.Form(http.Request.Headers.Accept);

    /// <summary>What the answer lacks, in a header's characters; null when it is complete.</summary>
    public string? Incomplete { get; private set; }

    /// <summary>What was looked at for the answer, in a header's characters; null where nothing was.</summary>
    public string? Receipt { get; private set; }

    /// <summary>The receipt is wanted in the body too. Never unasked: Grafana's decoder refuses unknown keys.</summary>
    public bool WantsReceipt => parameters["receipt"] is "true" or "1";

    /// <summary>Notes how complete the answer is. The caller says it to the client, where its protocol has a place for it.</summary>
    public void Note(QueryReceipt receipt)
    {
        Receipt = ReceiptEncoding.HeaderValue(receipt);
        NoteProblems(receipt.Failures);
    }

    /// <summary>Notes what the answer lacks. The caller says it to the client, where its protocol has a place for it.</summary>
    public void NoteProblems(IReadOnlyList<string>? problems)
    {
        if (problems is not { Count: > 0 }) return;
        QueryMetrics.Incomplete.WithLabels("query").Inc();
        Incomplete = HeaderText(string.Join("; ", problems.Take(10)));
    }

    /// <summary>Opens the data of all tenants of the request as one snapshot.</summary>
    public async Task<SpanSnapshot> OpenAsync(Func<TenantId, ValueTask<SpanSnapshot>> open)
    {
        var snapshot = await OpenAllAsync(open);
        if (!http.Response.HasStarted)
        {
            http.Response.Headers[BlocksHeader] = Text(snapshot.BlockCount);
            http.Response.Headers[SkippedBlocksHeader] = Text(snapshot.SkippedBlockCount);
        }

        return snapshot;
    }

    private async Task<SpanSnapshot> OpenAllAsync(Func<TenantId, ValueTask<SpanSnapshot>> open)
    {
        if (tenants.Count == 1) return await open(tenants[0]);
        var parts = new List<SpanSnapshot>(tenants.Count);
        try
        {
            foreach (var tenant in tenants) parts.Add(await open(tenant));
        }
        catch
        {
            parts.ForEach(p => p.Dispose());
            throw;
        }

        return new SpanSnapshot(
            [.. parts.SelectMany(p => p.Segments)], [.. parts.SelectMany(p => p.Problems)], parts.Sum(p => p.BlockCount), parts.Sum(p => p.BlockBytes),
            () => parts.ForEach(p => p.Dispose()))
        {
            SkippedBlockCount = parts.Sum(p => p.SkippedBlockCount),
            BlocksOutOfRange = parts.Sum(p => p.BlocksOutOfRange),
        };
    }

    /// <summary>
    /// A problem quotes what a damaged file says, and a header takes printable ASCII only: anything else would turn an incomplete answer
    /// into no answer.
    /// </summary>
    internal static string HeaderText(string text) => string.Create(text.Length, text, static (header, from) =>
    {
        for (var i = 0; i < from.Length; i++) header[i] = from[i] switch { >= ' ' and <= '~' => from[i], '\r' or '\n' or '\t' => ' ', _ => '?' };
    });

    private static string Text(long number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public Task AnswerAsync(string contentType, ReadOnlyMemory<byte> body, QueryReceipt receipt)
    {
        Note(receipt);
        return AnswerAsync(contentType, body);
    }

    public async Task AnswerAsync(string contentType, ReadOnlyMemory<byte> body, IReadOnlyList<string>? problems = null)
    {
        var response = http.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = contentType;
        response.Headers.Vary = "Accept-Encoding";
        response.Headers[RequestsHeader] = Text(_reads.Requests);
        response.Headers[BytesHeader] = Text(_reads.Bytes);
        NoteProblems(problems);
        if (Incomplete is not null) response.Headers[IncompleteHeader] = Incomplete;
        if (Receipt is not null) response.Headers[ReceiptEncoding.Header] = Receipt;

        if (body.Length >= MinGzipBytes && http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
            await gzip.WriteAsync(body, cancellationToken);
            return;
        }

        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, cancellationToken);
    }
}
