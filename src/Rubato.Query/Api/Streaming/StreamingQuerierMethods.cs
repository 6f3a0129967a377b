using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Rubato.Query.Api.Streaming.Messages;

namespace Rubato.Query.Api.Streaming;

/// <summary>
/// Describes <c>tempopb.StreamingQuerier</c> to gRPC. Requests are small and are read by generated classes; answers are bytes that the
/// encoders of the HTTP API write, so one piece of code decides what an answer looks like.
/// </summary>
public sealed class StreamingQuerierMethods : IServiceMethodProvider<QueryApi>
{
    private const string Service = "tempopb.StreamingQuerier";

    private static readonly Marshaller<byte[]> Answers = new(
        static bytes => bytes, static _ => throw new InvalidOperationException("the server reads no answers"));

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<QueryApi> context)
    {
        Add(context, "Search", SearchRequest.Parser, static (api, request, stream, call) => api.StreamSearchAsync(request, stream, call));
        Add(context, "SearchTags", SearchTagsRequest.Parser, static (api, request, stream, call) => api.StreamTagsAsync(request, stream, call));
        Add(context, "SearchTagsV2", SearchTagsRequest.Parser, static (api, request, stream, call) => api.StreamTagsV2Async(request, stream, call));
        Add(context, "SearchTagValues", SearchTagValuesRequest.Parser, static (api, request, stream, call) => api.StreamTagValuesAsync(request, stream, call));
        Add(context, "SearchTagValuesV2", SearchTagValuesRequest.Parser, static (api, request, stream, call) => api.StreamTagValuesV2Async(request, stream, call));
        Add(context, "MetricsQueryRange", QueryRangeRequest.Parser, static (api, request, stream, call) => api.StreamMetricsRangeAsync(request, stream, call));
        Add(context, "MetricsQueryInstant", QueryInstantRequest.Parser, static (api, request, stream, call) => api.StreamMetricsInstantAsync(request, stream, call));
    }

    private static void Add<T>(
        ServiceMethodProviderContext<QueryApi> context, string name, MessageParser<T> parser, ServerStreamingServerMethod<QueryApi, T, byte[]> answer)
        where T : class, IMessage<T>
    {
        var requests = new Marshaller<T>(
            static (_, _) => throw new InvalidOperationException("the server sends no requests"),
            bytes => parser.ParseFrom(bytes.PayloadAsReadOnlySequence()));
        context.AddServerStreamingMethod(new Method<T, byte[]>(MethodType.ServerStreaming, Service, name, requests, Answers), [], answer);
    }
}
