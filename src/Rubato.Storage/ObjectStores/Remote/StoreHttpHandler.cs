using System.Diagnostics;
using System.Globalization;

namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>
/// Under every remote store's client, so that each round trip is timed once, retries and hedged ones too, whatever library sends it.
/// Notes how far the store's clock is off, for the one error that is about it.
/// </summary>
internal sealed class StoreHttpHandler(HttpMessageHandler inner, TimeProvider time) : DelegatingHandler(inner)
{
    private long _skewTicks = long.MinValue;

    /// <summary>The store's clock minus ours as of the last refused request; null before.</summary>
    public TimeSpan? ClockSkew => Interlocked.Read(ref _skewTicks) is var ticks && ticks != long.MinValue ? TimeSpan.FromTicks(ticks) : null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var status = "error";
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            status = ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture);
            if ((int)response.StatusCode >= 400 && response.Headers.Date is { } date)
                Interlocked.Exchange(ref _skewTicks, (date - time.GetUtcNow()).Ticks);
            return response;
        }
        catch (OperationCanceledException)
        {
            status = "cancelled";
            throw;
        }
        finally
        {
            StorageMetrics.BackendRequestSeconds.WithLabels(request.Method.Method, status).Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
    }
}
