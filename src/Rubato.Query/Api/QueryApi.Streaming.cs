using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Rubato.Model.Otlp;
using Rubato.Query.Api.Streaming;
using Rubato.Query.Encoding;
using Rubato.TraceQL.Execution;
using Messages = Rubato.Query.Api.Streaming.Messages;

namespace Rubato.Query.Api;

/// <summary>
/// The same questions over gRPC (<c>tempopb.StreamingQuerier</c>, spec/grpc-api.md; Protos/streaming_querier.proto). A request becomes the
/// parameters that its HTTP twin has, so both are checked by one piece of code and answer the same.
/// </summary>
public sealed partial class QueryApi
{
    /// <summary>Names of one scope go into one element up to about this size.</summary>
    private const int NamesPerElementBytes = 64 * 1024;

    internal Task StreamSearchAsync(Messages.SearchRequest message, IServerStreamWriter<byte[]> stream, ServerCallContext grpc)
    {
        var parameters = Parameters(
            ("q", message.Query), ("start", Number(message.Start)), ("end", Number(message.End)), ("limit", Number(message.Limit)),
            ("minDuration", Milliseconds(message.MinDurationMs)), ("maxDuration", Milliseconds(message.MaxDurationMs)));
        return StreamAsync(grpc, "search", parameters, stream, async (call, packets) =>
        {
            if (message.Query.Length > 0 && message.Tags.Count > 0)
                throw ApiException.BadRequest("invalid request: can't specify tags and q in the same query");
            var progress = new SearchStream(packets, _time, call.Limits.LeftPadTraceIds);
            var request = SearchRequestOf(call) with
            {
                Tags = [.. message.Tags.Select(t => KeyValuePair.Create(t.Key, t.Value)).OrderBy(t => t.Key, StringComparer.Ordinal)],
                // Unlike over HTTP, 0 means all of them.
                SpansPerSpanset = message.SpansPerSpanSet == 0 ? int.MaxValue : (int)Math.Min(message.SpansPerSpanSet, int.MaxValue),
                Progress = progress,
            };
            using var snapshot = await call.OpenAsync(t => _source.OpenAsync(t, request.Range, call.CancellationToken));
            var result = await SearchExecutor.SearchAsync(snapshot, request, call.CancellationToken);
            if (_options.IsMeasured) QueryMetrics.BytesInspected.WithLabels(call.Tenants[0].Value, "search").Inc(result.Metrics.InspectedBytes);
            call.Note(result.Receipt);
            await progress.FinishAsync(result);
        });
    }

    internal Task StreamTagsAsync(Messages.SearchTagsRequest message, IServerStreamWriter<byte[]> stream, ServerCallContext grpc) =>
        StreamAsync(grpc, "tags", Parameters(message), stream, async (call, packets) =>
        {
            var (names, result) = await NamesV1Async(call);
            call.Note(result.Receipt);
            await SendAsync(packets, result.InspectedBytes, names.Select<string, Action<ProtoWriter>>(name => w => w.WriteString(1, name)));
        });

    internal Task StreamTagsV2Async(Messages.SearchTagsRequest message, IServerStreamWriter<byte[]> stream, ServerCallContext grpc) =>
        StreamAsync(grpc, "tags", Parameters(message), stream, async (call, packets) =>
        {
            var (scopes, result) = await NamesV2Async(call);
            call.Note(result.Receipt);
            await SendAsync(packets, result.InspectedBytes, scopes.SelectMany(scope => Pieces(scope.Names).Select<List<string>, Action<ProtoWriter>>(
                names => w => TagEncoding.WriteScope(w, scope.Scope, names))));
        });

    internal Task StreamTagValuesAsync(Messages.SearchTagValuesRequest message, IServerStreamWriter<byte[]> stream, ServerCallContext grpc) =>
        StreamAsync(grpc, "tag_values", Parameters(message), stream, async (call, packets) =>
        {
            var result = await ReadValuesAsync(call, new TagValuesRequest { LegacyTag = NotEmpty(message.TagName) });
            call.Note(result.Receipt);
            await SendAsync(packets, result.InspectedBytes, TagEncoding.Texts(result).Select<string, Action<ProtoWriter>>(text => w => w.WriteString(1, text)));
        });

    internal Task StreamTagValuesV2Async(Messages.SearchTagValuesRequest message, IServerStreamWriter<byte[]> stream, ServerCallContext grpc) =>
        StreamAsync(grpc, "tag_values", Parameters(message), stream, async (call, packets) =>
        {
            var result = await ValuesV2Async(call, NotEmpty(message.TagName));
            call.Note(result.Receipt);
            await SendAsync(packets, result.InspectedBytes, result.Values.Select<TagValue, Action<ProtoWriter>>(value => w => TagEncoding.WriteValue(w, value)));
        });

    private async Task StreamAsync(
        ServerCallContext grpc, string op, QueryParameters parameters, IServerStreamWriter<byte[]> stream, Func<QueryCall, PacketStream, Task> answer)
    {
        var http = grpc.GetHttpContext();
        var failure = await AskAsync(http, op, parameters, async call =>
        {
            await answer(call, new PacketStream(stream, _options.MaxGrpcPacketBytes, call.CancellationToken));
            // Headers have gone with the first message; what is missing is known at the end.
            if (call.Receipt is { } receipt) grpc.ResponseTrailers.Add(ReceiptEncoding.Header.ToLowerInvariant(), receipt);
            if (call.Incomplete is { } missing) grpc.ResponseTrailers.Add(QueryCall.IncompleteHeader.ToLowerInvariant(), missing);
        });
        if (failure is not null) throw new RpcException(new Status(failure.IsUnknownOverGrpc ? StatusCode.Unknown : CodeOf(failure.Status), failure.Message));
    }

    /// <summary>spec/grpc-api.md 3.2.</summary>
    private static StatusCode CodeOf(int status) => status switch
    {
        StatusCodes.Status400BadRequest => StatusCode.InvalidArgument,
        StatusCodes.Status404NotFound => StatusCode.NotFound,
        StatusCodes.Status429TooManyRequests => StatusCode.ResourceExhausted,
        StatusCodes.Status499ClientClosedRequest => StatusCode.Cancelled,
        >= 500 => StatusCode.Internal,
        _ => StatusCode.Unknown,
    };

    private static async ValueTask SendAsync(PacketStream packets, long inspectedBytes, IEnumerable<Action<ProtoWriter>> elements)
    {
        void Metrics(ProtoWriter writer) => TagEncoding.WriteMetrics(writer, inspectedBytes);
        foreach (var element in elements) await packets.AddAsync(element, Metrics);
        await packets.EndAsync(Metrics);
    }

    private QueryParameters Parameters(Messages.SearchTagsRequest message) => Parameters(
        ("scope", message.Scope), ("q", message.Query), ("start", Number(message.Start)), ("end", Number(message.End)), ("limit", Number(message.MaxTagsPerScope)));

    private QueryParameters Parameters(Messages.SearchTagValuesRequest message) => Parameters(
        ("q", message.Query), ("start", Number(message.Start)), ("end", Number(message.End)), ("limit", Number(message.MaxTagValues)));

    /// <summary>Empty ones count as absent, as in a URL.</summary>
    private QueryParameters Parameters(params ReadOnlySpan<(string Name, string Value)> members)
    {
        var query = new Dictionary<string, StringValues>(StringComparer.Ordinal);
        foreach (var (name, value) in members) query[name] = value;
        return new QueryParameters(new QueryCollection(query), _time);
    }

    /// <summary>Zero is proto3's absent.</summary>
    private static string Number(uint value) => value == 0 ? "" : value.ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(uint value) => value == 0 ? "" : Number(value) + "ms";

    private static string NotEmpty(string name) => name.Length > 0 ? name : throw ApiException.BadRequest("please provide a non-empty tagName");

    private static IEnumerable<List<string>> Pieces(IReadOnlyList<string> names)
    {
        var piece = new List<string>();
        var bytes = 0;
        foreach (var name in names)
        {
            piece.Add(name);
            bytes += name.Length;
            if (bytes < NamesPerElementBytes) continue;
            yield return piece;
            (piece, bytes) = ([], 0);
        }

        if (piece.Count > 0) yield return piece;
    }
}
