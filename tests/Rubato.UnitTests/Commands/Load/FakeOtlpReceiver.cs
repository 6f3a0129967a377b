using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Rubato.UnitTests.Commands.Load;

/// <summary>A real HTTP/2 or HTTP/1.1 listener that keeps every request of a load and answers as the test says.</summary>
internal sealed class FakeOtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private FakeOtlpReceiver(WebApplication app) => _app = app;

    /// <summary>Chooses the answer to the n-th request, from 0; by default all are accepted.</summary>
    public Func<int, FakeAnswer> Answer { get; set; } = _ => new FakeAnswer();

    public ConcurrentQueue<byte[]> Bodies { get; } = new();

    public ConcurrentQueue<string> Tenants { get; } = new();

    /// <summary>Path and content type of each request.</summary>
    public ConcurrentQueue<string> Targets { get; } = new();

    public Uri Address { get; private set; } = null!;

    public static async Task<FakeOtlpReceiver> StartAsync(bool grpc)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var receiver = new FakeOtlpReceiver(builder.Build());
        receiver._app.Run(grpc ? receiver.GrpcAsync : receiver.HttpAsync);
        await receiver._app.StartAsync();
        receiver.Address = new Uri(receiver._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task GrpcAsync(HttpContext context)
    {
        byte[] framed = await ReadAsync(context, context.Request.Body);
        byte[] body = framed[5..];
        if (framed[0] == 1)
        {
            body = await ReadAsync(context, new GZipStream(new MemoryStream(body), CompressionMode.Decompress));
        }

        Keep(context, body);
        FakeAnswer answer = Answer(Interlocked.Increment(ref _requests) - 1);
        context.Response.ContentType = "application/grpc";
        if (answer.Status == 0)
        {
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, (byte)answer.Body.Length });
            await context.Response.Body.WriteAsync(answer.Body);
        }

        context.Response.AppendTrailer("grpc-status", $"{answer.Status}");
        context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(answer.Message));
        if (answer.Status != 0 && answer.Body.Length > 0)
        {
            context.Response.AppendTrailer("grpc-status-details-bin", Convert.ToBase64String(answer.Body).TrimEnd('='));
        }
    }

    private async Task HttpAsync(HttpContext context)
    {
        Stream stream = context.Request.Body;
        Keep(context, await ReadAsync(context, context.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(stream, CompressionMode.Decompress) : stream));
        FakeAnswer answer = Answer(Interlocked.Increment(ref _requests) - 1);
        context.Response.StatusCode = answer.Status == 0 ? 200 : answer.Status;
        context.Response.ContentType = "application/x-protobuf";
        if (answer.Message.Length > 0)
        {
            context.Response.Headers.RetryAfter = answer.Message;
        }

        await context.Response.Body.WriteAsync(answer.Body);
    }

    private void Keep(HttpContext context, byte[] body)
    {
        Bodies.Enqueue(body);
        Tenants.Enqueue(context.Request.Headers["X-Scope-OrgID"].ToString());
        Targets.Enqueue($"{context.Request.Path} {context.Request.ContentType}");
    }

    private static async Task<byte[]> ReadAsync(HttpContext context, Stream stream)
    {
        var copy = new MemoryStream();
        await stream.CopyToAsync(copy, context.RequestAborted);
        return copy.ToArray();
    }
}

/// <summary>gRPC: status, message, and the response or (after a failure) the details. HTTP: status, Retry-After, body.</summary>
internal sealed record FakeAnswer(int Status = 0, string Message = "")
{
    public byte[] Body { get; init; } = [];
}
