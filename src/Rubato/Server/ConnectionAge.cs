using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Rubato.Server;

/// <summary>
/// How long a connection may live, so that clients come to servers that were added behind one name: its client is asked to open another (GOAWAY, over HTTP/2), and who has not
/// left when the grace is over is cut off.
/// </summary>
/// <param name="max">A tenth more or less by chance, as gRPC has it: connections that were opened together must not all come back together.</param>
/// <param name="grace">0 for any time.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Safe for several threads at a time.</param>
internal sealed class ConnectionAge(TimeSpan max, TimeSpan grace, TimeProvider time, Random random)
{
    // What a timer takes at most is some 49 days.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    public ConnectionDelegate End(ConnectionDelegate next) => async connection =>
    {
        using var over = new CancellationTokenSource();
        var ending = EndAsync(connection, over.Token);
        try
        {
            await next(connection);
        }
        finally
        {
            await over.CancelAsync();
            await ending;
        }
    };

    private async Task EndAsync(ConnectionContext connection, CancellationToken over)
    {
        if (await IsOverAsync(max * (0.9 + (0.2 * random.NextDouble())), over)) return;
        connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        if (grace <= TimeSpan.Zero || await IsOverAsync(grace, over)) return;
        connection.Abort(new ConnectionAbortedException($"the connection is older than {max} and was still there {grace} later"));
    }

    private async Task<bool> IsOverAsync(TimeSpan wait, CancellationToken over)
    {
        await Task.Delay(wait < Longest ? wait : Longest, time, over).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return over.IsCancellationRequested;
    }
}
