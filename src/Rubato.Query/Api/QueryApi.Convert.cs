using System.Buffers;
using Microsoft.AspNetCore.Http;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;
using Rubato.Query.Encoding;

namespace Rubato.Query.Api;

public sealed partial class QueryApi
{
    private const string ConvertPattern = "/api/rubato/convert";

    /// <summary>A file as spans takes many times its bytes, so few are converted at a time; others wait with nothing read.</summary>
    private const int MostConversions = 2;

    private readonly SemaphoreSlim _conversions = new(MostConversions);

    /// <summary>
    /// From a file of any known format to OTLP (protobuf <c>TracesData</c>); throws <see cref="InvalidDataException"/> with words for the sender. Null: files are not
    /// taken. Who knows formats is the way in, which this project does not know.
    /// </summary>
    public Func<ReadOnlyMemory<byte>, byte[]>? FileReader { get; init; }

    /// <summary><c>POST /api/rubato/convert</c>: the traces of a file as trace by id would answer them. Nothing is stored.</summary>
    private async Task ConvertAsync(QueryCall call)
    {
        await _conversions.WaitAsync(call.CancellationToken);
        try
        {
            var spans = TracesOf(await RequestBody.ReadAsync(call.Http.Request, _options.MaxConvertBytes, "query_frontend.max_convert_bytes", call.CancellationToken));
            if (call.Form == AnswerForm.Protobuf)
            {
                await call.AnswerAsync(Accepted.Protobuf, TraceEncoding.V1Protobuf(spans));
                return;
            }

            var json = new ArrayBufferWriter<byte>(4096);
            TraceEncoding.WriteV1Json(spans, json);
            await call.AnswerAsync(Accepted.Json, json.WrittenMemory);
        }
        finally
        {
            _conversions.Release();
        }
    }

    /// <summary>In the order of the file; no group has spans of two traces.</summary>
    private List<Span> TracesOf(ReadOnlyMemory<byte> file)
    {
        List<Span> all;
        try
        {
            all = OtlpReader.ReadSpans(FileReader!(file));
        }
        catch (InvalidDataException e)
        {
            throw ApiException.BadRequest(e.Message);
        }

        return
        [
            .. all.GroupBy(span => span.TraceId).SelectMany(trace =>
            {
                var combiner = new TraceCombiner();
                combiner.Add(trace);
                return combiner.Combine();
            }),
        ];
    }
}
