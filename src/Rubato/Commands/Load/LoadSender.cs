using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using Rubato.Commands.Load.Encodings;

namespace Rubato.Commands.Load;

/// <summary>
/// One connection to a receiver. All protocols go through HttpClient with ready bytes: for gRPC the five bytes of framing and two
/// headers by hand cost less than a gRPC client's call object, and there is no message to marshal anyway.
/// </summary>
internal sealed class LoadSender : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly HttpClient _client;
    private readonly Uri _address;
    private readonly LoadProtocol _protocol;
    private readonly bool _grpc;
    private readonly MemoryStream? _compressed;

    public LoadSender(LoadOptions options)
    {
        _protocol = options.Protocol;
        _grpc = _protocol.IsGrpc;
        _compressed = options.Compression == LoadCompression.Gzip ? new MemoryStream() : null;
        _address = new Uri(options.Target, _grpc ? _protocol.Path : HttpPath(options.Target));
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = 1,
            EnableMultipleHttp2Connections = false,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
        };
        options.Connection.Apply(handler);
        _client = new HttpClient(handler)
        {
            Timeout = Timeout,
            DefaultRequestVersion = _grpc ? HttpVersion.Version20 : HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        HttpRequestHeaders headers = _client.DefaultRequestHeaders;
        headers.UserAgent.ParseAdd("rubato-load");
        headers.Authorization = options.Connection.Login;
        if (_grpc)
        {
            headers.TE.ParseAdd("trailers");
        }

        if (_grpc && _compressed is not null)
        {
            headers.Add("grpc-encoding", "gzip");
        }

        if (options.Tenant is not null)
        {
            headers.Add("X-Scope-OrgID", options.Tenant);
        }
    }

    /// <summary>Bytes of request bodies sent so far, after compression and with framing.</summary>
    public long BytesSent { get; private set; }

    /// <param name="buffer"><see cref="LoadMessages.Headroom"/> free bytes, then the request. Not touched by others until the task ends.</param>
    public async Task<SendOutcome> SendAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        Memory<byte> body = Body(buffer);
        var content = new ReadOnlyMemoryContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", _protocol.ContentType);
        if (!_grpc && _compressed is not null)
        {
            content.Headers.ContentEncoding.Add("gzip");
        }

        BytesSent += body.Length;
        using var request = new HttpRequestMessage(HttpMethod.Post, _address)
        {
            Content = content,
            Version = _client.DefaultRequestVersion,
            VersionPolicy = _client.DefaultVersionPolicy,
        };
        try
        {
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancel);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(cancel);
            return _grpc ? GrpcOutcome(response, answer) : HttpOutcome(response, answer);
        }
        catch (HttpRequestException failure)
        {
            return new SendOutcome(SendStatus.Unreachable, failure.InnerException?.Message ?? failure.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new SendOutcome(SendStatus.Unreachable, string.Create(CultureInfo.InvariantCulture, $"no answer within {Timeout.TotalSeconds} s"));
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _compressed?.Dispose();
    }

    // An address with a path of its own (a gateway's, say) is taken as it is.
    private string HttpPath(Uri target) => target.AbsolutePath is "/" or "" ? _protocol.Path : target.PathAndQuery;

    private Memory<byte> Body(Memory<byte> buffer)
    {
        Memory<byte> body = buffer[LoadMessages.Headroom..];
        if (_compressed is not null)
        {
            _compressed.SetLength(0);
            _compressed.Write(stackalloc byte[LoadMessages.Headroom]);
            using (var gzip = new GZipStream(_compressed, CompressionLevel.Fastest, leaveOpen: true))
            {
                gzip.Write(body.Span);
            }

            buffer = _compressed.GetBuffer().AsMemory(0, (int)_compressed.Length);
            body = buffer[LoadMessages.Headroom..];
        }

        if (!_grpc)
        {
            return body;
        }

        buffer.Span[0] = _compressed is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteInt32BigEndian(buffer.Span[1..], body.Length);
        return buffer;
    }

    private static SendOutcome GrpcOutcome(HttpResponseMessage response, byte[] answer)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return new SendOutcome(Retryable((int)response.StatusCode) ? SendStatus.Retryable : SendStatus.Refused, $"HTTP {(int)response.StatusCode} to a gRPC call");
        }

        // A refusal may come as trailers only, which HttpClient then shows as headers.
        string? Trailer(string name) =>
            response.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? values) || response.Headers.TryGetValues(name, out values)
                ? values.First()
                : null;

        string? code = Trailer("grpc-status");
        if (code == "0")
        {
            return Accepted(answer.AsSpan(Math.Min(LoadMessages.Headroom, answer.Length)));
        }

        string reason = $"{GrpcCodes.Name(code)}: {Uri.UnescapeDataString(Trailer("grpc-message") ?? "no message")}";
        TimeSpan? delay = Trailer("grpc-status-details-bin") is { } details ? OtlpAnswers.RetryDelay(GrpcCodes.Binary(details)) : null;
        return new SendOutcome(GrpcCodes.Retryable(code, delay is not null) ? SendStatus.Retryable : SendStatus.Refused, reason, RetryAfter: delay);
    }

    private SendOutcome HttpOutcome(HttpResponseMessage response, byte[] answer)
    {
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted)
        {
            return Accepted(answer);
        }

        int code = (int)response.StatusCode;
        bool status = response.Content.Headers.ContentType?.MediaType == "application/x-protobuf";
        string text = status ? OtlpAnswers.StatusMessage(answer) : System.Text.Encoding.UTF8.GetString(answer).Trim();
        TimeSpan? delay = response.Headers.RetryAfter?.Delta;
        bool again = Retryable(code) || (!_protocol.IsOtlp && code == 500 && delay is not null);
        return new SendOutcome(
            again ? SendStatus.Retryable : SendStatus.Refused,
            $"HTTP {code}: {(text.Length == 0 ? response.ReasonPhrase : text)}",
            RetryAfter: delay);
    }

    private static SendOutcome Accepted(ReadOnlySpan<byte> answer)
    {
        (long rejected, string message) = OtlpAnswers.PartialSuccess(answer);
        return new SendOutcome(SendStatus.Accepted, rejected > 0 ? $"partial success: {message}" : "", rejected);
    }

    private static bool Retryable(int httpStatus) => httpStatus is 429 or 502 or 503 or 504;
}
