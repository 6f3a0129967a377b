using System.Runtime.CompilerServices;

namespace Rubato.Client;

/// <content>Search.</content>
public sealed partial class RubatoClient
{
    private const int MostTracesAtOnce = 262_144;

    /// <summary>Traces that a TraceQL query matches, newest first.</summary>
    /// <param name="query">Such as <c>{ duration &gt; 1s &amp;&amp; status = error }</c>. Values from outside go through <see cref="TraceQL.Query"/>.</param>
    /// <param name="options">null: the server's defaults.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="RubatoClientException">The server refused it, such as with 400 for a query that does not parse.</exception>
    /// <exception cref="TimeoutException">No answer within <see cref="RubatoClientOptions.Timeout"/>.</exception>
    public Task<SearchResult> SearchAsync(string query, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return GetAsync(SearchPath(query, options), AnswersContext.Default.SearchAnswer, AnswerReader.Search, cancellationToken);
    }

    /// <summary>All traces of a time range that a query matches, newest first, page after page while they are taken.</summary>
    /// <remarks>
    /// Each page is a search of its own that ends where the one before began, so that neither side holds more than a page. Every trace comes once; their ids are kept
    /// for that. Traces that arrive meanwhile may be missing. With Tempo the hint <c>most_recent</c> is added, without which it promises no order.
    /// </remarks>
    /// <param name="query">As for <see cref="SearchAsync"/>.</param>
    /// <param name="start">From when on.</param>
    /// <param name="end">Until when.</param>
    /// <param name="pageSize">Traces in one request: 1 to 262,144.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<TraceSummary> SearchAllAsync(
        string query, DateTimeOffset start, DateTimeOffset end, int pageSize = 500, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pageSize, MostTracesAtOnce);
        if (!query.Contains("with", StringComparison.Ordinal))
        {
            query += " with(most_recent=true)";
        }

        HashSet<string> seen = new(StringComparer.Ordinal);
        int limit = pageSize;
        long from = start.ToUnixTimeSeconds();
        long until = end.ToUnixTimeSeconds() + (end.UtcTicks % TimeSpan.TicksPerSecond > 0 ? 1 : 0);
        while (until > from)
        {
            var options = new SearchOptions { Start = DateTimeOffset.FromUnixTimeSeconds(from), End = DateTimeOffset.FromUnixTimeSeconds(until), Limit = limit };
            SearchResult page = await SearchAsync(query, options, cancellationToken).ConfigureAwait(false);
            foreach (TraceSummary trace in page.Traces)
            {
                if (seen.Add(trace.TraceId))
                {
                    yield return trace;
                }
            }

            if (page.Traces.Count < limit)
            {
                yield break;
            }

            // The second in which the page ended may hold more: the next page has it again, and what was there is not given twice.
            long next = Math.DivRem(page.Traces.Min(static trace => trace.StartTimeUnixNano), 1_000_000_000).Quotient + 1;
            if (next < until)
            {
                (until, limit) = (next, pageSize);
            }
            else if (limit < MostTracesAtOnce)
            {
                // A whole page within that second: a larger one gets past it.
                limit = (int)Math.Min(limit * 4L, MostTracesAtOnce);
            }
            else
            {
                throw new RubatoClientException($"more than {MostTracesAtOnce} traces of one second match; narrow the query", null);
            }
        }
    }

    private static string SearchPath(string query, SearchOptions? options) => Path(
        "/api/search", ("q", query), ("start", Seconds(options?.Start)), ("end", Seconds(options?.End)), ("limit", Number(options?.Limit)), ("spss", Number(options?.SpansPerSpanSet)));
}
