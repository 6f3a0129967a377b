using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Rubato.Web.Api;

/// <summary>
/// The answer of one request inside the process: what the pipeline writes goes through a pipe to the reader. The head is complete with the first flush or at the end.
/// At most 1 MB waits in the pipe: a reader that is slow holds the writer back. Written by one request, read by one page.
/// </summary>
internal sealed class InProcessResponse : IHttpResponseFeature, IHttpResponseBodyFeature
{
    private static readonly PipeOptions Waiting = new(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, useSynchronizationContext: false);

    private readonly Pipe _pipe = new(Waiting);
    private readonly CancellationTokenSource _abort;
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stack<(Func<object, Task> Call, object State)> _onStarting = new();
    private readonly Stack<(Func<object, Task> Call, object State)> _onCompleted = new();
    private readonly PipeWriter _writer;
    private bool _begun;

    public InProcessResponse(CancellationTokenSource abort)
    {
        _abort = abort;
        Stream = new BodyStream(this);
        _writer = PipeWriter.Create(Stream, new StreamPipeWriterOptions(leaveOpen: true));
        Body = Stream;
    }

    public Task Started => _started.Task;

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    public Stream Body { get; set; }

    public bool HasStarted => _begun;

    public Stream Stream { get; }

    public PipeWriter Writer => _writer;

    public void OnStarting(Func<object, Task> callback, object state) => _onStarting.Push((callback, state));

    public void OnCompleted(Func<object, Task> callback, object state) => _onCompleted.Push((callback, state));

    public void DisableBuffering()
    {
        // Nothing is buffered beyond the pipe.
    }

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        if (_begun) return;
        while (_onStarting.TryPop(out var next)) await next.Call(next.State);
        _begun = true;
        _started.TrySetResult();
    }

    public async Task CompleteAsync()
    {
        await _writer.FlushAsync();
        await StartAsync();
        await _pipe.Writer.CompleteAsync();
        while (_onCompleted.TryPop(out var next)) await next.Call(next.State);
    }

    public async Task FailAsync(Exception error)
    {
        _started.TrySetException(error is OperationCanceledException ? error : new HttpRequestException($"the request failed inside the server: {error.Message}", error));
        await _pipe.Writer.CompleteAsync(error);
    }

    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        await SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public HttpResponseMessage ToMessage(HttpRequestMessage request)
    {
        var message = new HttpResponseMessage((HttpStatusCode)StatusCode)
        {
            RequestMessage = request,
            Content = new StreamContent(new AnswerStream(_pipe.Reader.AsStream(), _abort)),
        };
        foreach (var (name, values) in Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values.ToArray()!)) message.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string>)values.ToArray()!);
        }

        return message;
    }

    /// <summary>What the pipeline writes to.</summary>
    private sealed class BodyStream(InProcessResponse response) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await response.StartAsync(cancellationToken);
            var result = await response._pipe.Writer.WriteAsync(buffer, cancellationToken);
            if (!result.IsCompleted) return;
            // The page does not read on: to the pipeline that is a client that has gone.
            await response._abort.CancelAsync();
            throw new OperationCanceledException(response._abort.Token);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("answers are written asynchronously");

        public override Task FlushAsync(CancellationToken cancellationToken) => response.StartAsync(cancellationToken);

        public override void Flush()
        {
            // As in Kestrel: nothing waits here.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
