namespace Rubato.Client;

/// <content>Traces by id.</content>
public sealed partial class RubatoClient
{
    private const int MostIdDigits = 32;

    // Tempo before 2.6 has version 1 only. Found out by the first 404 of version 2, which that version never gives for a trace that is not there.
    private volatile bool _onlyVersion1;

    /// <summary>A trace with all its spans, or null where the server has none of this id.</summary>
    /// <param name="traceId">1 to 32 hexadecimal digits; leading zeros may be left out.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="ArgumentException">The id is none.</exception>
    /// <exception cref="RubatoClientException">The server refused it.</exception>
    public async Task<TraceData?> GetTraceAsync(string traceId, CancellationToken cancellationToken = default)
    {
        CheckId(traceId);
        if (!_onlyVersion1)
        {
            bool noSuchPath = false;
            TraceData? trace = await GetAsync<WholeTraceAnswer, TraceData?>(
                "/api/v2/traces/" + traceId, AnswersContext.Default.WholeTraceAnswer, AnswerReader.Whole, cancellationToken, missing: _ =>
                {
                    noSuchPath = true;
                    return null;
                }).ConfigureAwait(false);
            if (!noSuchPath)
            {
                return trace;
            }
        }

        TraceData? old = await GetAsync<WholeTraceAnswer, TraceData?>(
            "/api/traces/" + traceId, AnswersContext.Default.WholeTraceAnswer, AnswerReader.Whole, cancellationToken, missing: static _ => null).ConfigureAwait(false);
        _onlyVersion1 |= old is not null;
        return old;
    }

    /// <summary>A trace as OTLP: the bytes of a protobuf <c>TracesData</c>, which every OTLP library reads; null where the server has none of this id.</summary>
    /// <inheritdoc cref="GetTraceAsync"/>
    public Task<byte[]?> GetTraceOtlpAsync(string traceId, CancellationToken cancellationToken = default)
    {
        CheckId(traceId);
        return SendAsync<byte[]?>(
            "/api/traces/" + traceId, "application/protobuf", static async (_, stream, cancel) =>
            {
                var bytes = new MemoryStream();
                await stream.CopyToAsync(bytes, cancel).ConfigureAwait(false);
                return bytes.ToArray();
            }, missing: static _ => null, cancellationToken);
    }

    private static void CheckId(string traceId)
    {
        ArgumentException.ThrowIfNullOrEmpty(traceId);
        if (traceId.Length > MostIdDigits || traceId.Any(static c => !char.IsAsciiHexDigit(c)))
        {
            throw new ArgumentException($"'{traceId}' is no trace id; expected 1 to {MostIdDigits} hexadecimal digits", nameof(traceId));
        }
    }
}
