using System.Text;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary>
/// The tags of one span: most become attributes at once; those that mean kind, status, trace state or scope are kept back until all are
/// known (spec/wire-formats.md 4). Where a tag comes twice, the last one counts.
/// </summary>
/// <param name="isGrpc">Trace state and scope are looked for only there.</param>
internal ref struct JaegerSpanTags(bool isGrpc)
{
    private const int Internal = 1, Server = 2, Client = 3, Producer = 4, Consumer = 5;
    private const int Unset = 0, Ok = 1, Error = 2;

    private int _kind;
    private bool _isError;
    private bool _hasStatusCode;
    private int _statusCode;
    private bool _hasHttpStatus;
    private long _httpStatus;
    private JaegerTag _statusDescription;
    private JaegerTag _scopeVersion;
    private ReadOnlySpan<byte> _httpMessage;
    private ReadOnlySpan<byte> _traceState;
    private ReadOnlySpan<byte> _scopeName;
    private bool _hasScopeName;

    public readonly ReadOnlySpan<byte> ScopeName => _scopeName;

    public readonly ReadOnlySpan<byte> ScopeVersion => _hasScopeName ? _scopeVersion.Text : default;

    /// <summary>Takes one tag and writes it unless it is to wait or to go.</summary>
    public void Add(JaegerTag tag, ProtoWriter writer)
    {
        var key = tag.Key;
        var text = tag.Text;
        // By length first: nearly no tag is one of these.
        switch (key.Length)
        {
            case 5 when key.SequenceEqual("error"u8):
                _isError = tag is { Type: JaegerTagType.Bool, Number: not 0 };
                if (_isError) return;
                break;
            case 9 when key.SequenceEqual("span.kind"u8):
                _kind = tag.Type == JaegerTagType.String ? KindOf(text) : 0;
                return;
            case 14 when isGrpc && tag.IsText("w3c.tracestate"u8):
                _traceState = text;
                return;
            case 15 when isGrpc && tag.IsText("otel.scope.name"u8):
                _scopeName = text;
                _hasScopeName = true;
                return;
            case 16 when key.SequenceEqual("otel.status_code"u8):
                _hasStatusCode = true;
                _statusCode = tag.Type == JaegerTagType.String ? StatusOf(text) : Unset;
                return;
            case 16 when key.SequenceEqual("http.status_code"u8):
                _httpStatus = tag.Number;
                _hasHttpStatus = tag.Type == JaegerTagType.Long || (tag.Type == JaegerTagType.String && OtlpAttribute.TryParseInt(text, out _httpStatus));
                break;
            case 18 when isGrpc && tag.IsText("otel.scope.version"u8):
                _scopeVersion = tag;
                return;
            case 19 when tag.IsText("http.status_message"u8):
                _httpMessage = text;
                break;
            case 23 when tag.IsText("otel.status_description"u8):
                _statusDescription = tag;
                return;
        }

        tag.Write(writer, OtlpAttribute.OfSpan);
    }

    /// <summary>Writes what waited for the last tag.</summary>
    public readonly void Finish(ProtoWriter writer)
    {
        if (_kind != 0) writer.WriteVarint(6, (ulong)_kind);
        if (_traceState.Length > 0) writer.WriteBytes(3, _traceState);
        if (!_hasScopeName && _scopeVersion.Key.Length > 0) _scopeVersion.Write(writer, OtlpAttribute.OfSpan);
        var hasDescription = _statusDescription.Key.Length > 0;
        if (hasDescription && !_isError && !_hasStatusCode) _statusDescription.Write(writer, OtlpAttribute.OfSpan);

        // In this order, spec/wire-formats.md 4.
        if (_isError) WriteStatus(writer, Error, hasDescription ? _statusDescription.Text : _httpMessage);
        else if (_hasStatusCode) WriteStatus(writer, _statusCode, _statusDescription.Text);
        else if (_hasHttpStatus && IsHttpError(_httpStatus)) WriteStatus(writer, Error, _httpMessage);
    }

    private static void WriteStatus(ProtoWriter writer, int code, ReadOnlySpan<byte> message)
    {
        var status = writer.BeginMessage(15);
        if (message.Length > 0) writer.WriteBytes(2, message);
        if (code != Unset) writer.WriteVarint(3, (ulong)code);
        writer.EndMessage(status);
    }

    private readonly bool IsHttpError(long status) => status switch
    {
        >= 400 and < 500 => _kind != Server,
        // 399 is an error there: spec/wire-formats.md 4.
        >= 100 and < 399 => false,
        _ => true,
    };

    private static int KindOf(ReadOnlySpan<byte> text) => text switch
    {
        _ when text.SequenceEqual("client"u8) => Client,
        _ when text.SequenceEqual("server"u8) => Server,
        _ when text.SequenceEqual("producer"u8) => Producer,
        _ when text.SequenceEqual("consumer"u8) => Consumer,
        _ when text.SequenceEqual("internal"u8) => Internal,
        _ => 0,
    };

    private static int StatusOf(ReadOnlySpan<byte> text) =>
        Ascii.EqualsIgnoreCase(text, "OK"u8) ? Ok : Ascii.EqualsIgnoreCase(text, "ERROR"u8) ? Error : Unset;
}
