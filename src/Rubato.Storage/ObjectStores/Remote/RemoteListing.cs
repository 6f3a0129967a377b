using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>
/// Lists a folder of any size. A page has a thousand names and each waits for the one before, so a tenant with ten thousand blocks would
/// take thirty round trips in a row: what the first page leaves over is cut where hexadecimal names are, and listed side by side.
/// </summary>
internal sealed class RemoteListing(IStoreProtocol protocol, StoreRequests requests, int concurrency)
{
    private const string HexDigits = "0123456789abcdef";

    /// <param name="whole">The prefix as the protocol knows it.</param>
    /// <param name="subject">For messages.</param>
    public async IAsyncEnumerable<ListPage> PagesAsync(string whole, bool byFolder, string subject, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var first = await PageAsync(new ListRequest(whole, byFolder), subject, cancellationToken);
        yield return first;
        if (first.NextToken is null)
            yield break;

        var stretches = byFolder || !protocol.CanListFrom || first.Objects.Count == 0
            ? [new Stretch(first.NextToken, null, null)]
            : Cut(whole, first).ToList();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pages = Channel.CreateBounded<ListPage>(stretches.Count);
        var listing = Task.WhenAll(stretches.Select(stretch => ListAsync(stretch, new ListRequest(whole, byFolder), subject, pages.Writer, stop)));
        _ = listing.ContinueWith(task => pages.Writer.TryComplete(task.Exception?.InnerExceptions[0]), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            await foreach (var page in pages.Reader.ReadAllAsync(cancellationToken))
                yield return page;
            await listing;
        }
        finally
        {
            // Whoever stops in the middle must not leave requests behind.
            await stop.CancelAsync();
            await listing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What comes after the first page: first to go on from its token, the others from a name each.</summary>
    private IEnumerable<Stretch> Cut(string whole, ListPage first)
    {
        var last = first.Objects[^1].Key;
        var pieces = Math.Clamp(concurrency, 1, HexDigits.Length);
        var cuts = Enumerable.Range(1, pieces - 1)
            .Select(i => whole + HexDigits[HexDigits.Length * i / pieces])
            .Where(cut => string.CompareOrdinal(cut, last) > 0)
            .ToList();
        yield return new Stretch(first.NextToken, null, cuts.Count > 0 ? cuts[0] : null);
        for (var i = 0; i < cuts.Count; i++)
            yield return new Stretch(null, cuts[i], i + 1 < cuts.Count ? cuts[i + 1] : null);
    }

    private async Task ListAsync(Stretch stretch, ListRequest request, string subject, ChannelWriter<ListPage> pages, CancellationTokenSource stop)
    {
        try
        {
            var next = request with { Token = stretch.Token, After = stretch.After };
            while (true)
            {
                var page = await PageAsync(next, subject, stop.Token);
                var inside = page.Objects.Where(stretch.Holds).ToList();
                await pages.WriteAsync(page with { Objects = inside }, stop.Token);
                // Names come in order: one beyond the end is followed by such only.
                if (page.NextToken is null || (page.Objects.Count > 0 && stretch.IsBeyond(page.Objects[^1])))
                    return;
                next = request with { Token = page.NextToken };
            }
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }
    }

    private ValueTask<ListPage> PageAsync(ListRequest request, string subject, CancellationToken cancellationToken) =>
        requests.RunAsync(StoreAction.List, subject, 0, token => protocol.ListAsync(request, token), cancellationToken);

    /// <param name="Token">Where it begins, or</param>
    /// <param name="After">after which name.</param>
    /// <param name="UpTo">The last name that may be in it; null for the end of all.</param>
    private readonly record struct Stretch(string? Token, string? After, string? UpTo)
    {
        public bool Holds(ObjectInfo info) => (After is null || string.CompareOrdinal(info.Key, After) > 0) && !IsBeyond(info);

        public bool IsBeyond(ObjectInfo info) => UpTo is not null && string.CompareOrdinal(info.Key, UpTo) > 0;
    }
}
