using System.Globalization;
using System.Net.Sockets;

namespace Rubato.Client;

/// <summary>
/// Sends a gRPC request until it is answered for good, and notes why it failed. What may be tried again is OTLP's list
/// (https://opentelemetry.io/docs/specs/otlp/#failures): a receiver that is not there, and the statuses that say so; RESOURCE_EXHAUSTED only with a RetryInfo.
/// </summary>
internal sealed class RetryingHandler(OtlpChannel channel, HttpMessageHandler inner, TimeSpan timeout, bool retry, TimeProvider time, Random random) : DelegatingHandler(inner)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content?.Headers.ContentLength is { } length and > OtlpChannel.MaxMessageBytes)
        {
            channel.LastFailure = string.Create(
                CultureInfo.InvariantCulture, $"a message of {length} bytes is larger than {OtlpChannel.MaxMessageBytes}; lower MaxExportBatchSize, or send smaller attributes");
            throw new HttpRequestException(channel.LastFailure);
        }

        long began = time.GetTimestamp();
        for (int attempt = 0; ; attempt++)
        {
            HttpResponseMessage? response = null;
            TimeSpan? pause;
            try
            {
                response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);

                // The status stands in the trailers, which are there once the body is.
                await response.Content.LoadIntoBufferAsync(OtlpChannel.MaxMessageBytes, cancellationToken).ConfigureAwait(false);
                pause = await JudgeAsync(response, attempt).ConfigureAwait(false);
            }
            catch (HttpRequestException e)
            {
                channel.LastFailure = Reason(e);
                pause = Backoff(attempt);
                if (!MayPause(pause, began))
                {
                    throw;
                }
            }
            catch (OperationCanceledException)
            {
                channel.LastFailure = string.Create(CultureInfo.InvariantCulture, $"export timeout: no answer within {timeout.TotalSeconds} s")
                    + (channel.LastFailure is { } before ? "; before that: " + before : "; raise ExportTimeout, or send smaller batches");
                throw;
            }

            if (response is not null && !MayPause(pause, began))
            {
                return response;
            }

            response?.Dispose();
            await PauseAsync(pause!.Value, cancellationToken).ConfigureAwait(false);
        }
    }

    private bool MayPause(TimeSpan? pause, long began) =>
        retry && pause is { } wait && !channel.Ending.IsCancellationRequested && time.GetElapsedTime(began) + wait < timeout;

    private async Task PauseAsync(TimeSpan pause, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, channel.Ending);
        try
        {
            await Task.Delay(pause, time, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The program ends: one last try, now.
        }
    }

    /// <summary>Null: this is the answer. Else how long to wait before the next try.</summary>
    private async Task<TimeSpan?> JudgeAsync(HttpResponseMessage response, int attempt)
    {
        if (!response.IsSuccessStatusCode)
        {
            channel.LastFailure = string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode} from the receiver; is this the port of OTLP over gRPC?");
            return (int)response.StatusCode is 429 or 502 or 503 or 504 ? Backoff(attempt) : null;
        }

        GrpcOutcome outcome = GrpcOutcome.Of(response);
        if (outcome.Status == 0)
        {
            channel.LastFailure = null;
            byte[] body = await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
            if (GrpcOutcome.PartialSuccess(body) is { } partial)
            {
                channel.NoteRefused(partial.Spans, partial.Message);
            }

            return null;
        }

        channel.LastFailure = outcome.ToString();
        return outcome.Status switch
        {
            // CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS
            1 or 4 or 10 or 11 or 14 or 15 => outcome.RetryAfter ?? Backoff(attempt),
            8 => outcome.RetryAfter,
            _ => null,
        };
    }

    /// <summary>Doubles, with up to a half more by chance, so that many clients do not come back at once.</summary>
    private TimeSpan Backoff(int attempt)
    {
        double millis = Math.Min(FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 10)), LongestPause.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(millis * (1 + (random.NextDouble() / 2)));
    }

    private static string Reason(HttpRequestException e) => e.InnerException is SocketException socket
        ? $"{e.Message} [{socket.SocketErrorCode}]"
        : e.InnerException is { } inner ? $"{e.Message}: {inner.Message}" : e.Message;
}
