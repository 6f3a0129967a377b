using System.Buffers;
using System.Buffers.Binary;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.Translation;

/// <summary>
/// One request of another protocol as it becomes an OTLP ExportTraceServiceRequest in a pooled buffer: what the distributor, the WAL
/// and the columns take. The owner disposes it when the push has ended.
/// </summary>
/// <remarks>
/// <code>
/// BeginResource()                                   ResourceSpans { Resource {
///   OtlpAttribute.Text(Writer, OfResource, ...)         attributes
/// EndResourceAttributes()                             }
///   BeginSpan()                                       ScopeSpans { scope, Span {
///     Writer..., OtlpAttribute.Text(..., OfSpan, ...)     fields in any order
///   EndSpan(scope name, scope version)                  } ... }
/// EndResource()                                     }
/// </code>
/// A span's scope is often known only when its last tag was read, so it is named at the end: a span whose scope is not that of the
/// spans before it begins a ScopeSpans of its own then.
/// </remarks>
internal sealed class OtlpTranslation : IDisposable
{
    /// <summary>A translation larger than this is refused: a WAL record takes no more, and no request within the default limits comes near it.</summary>
    public const int MaxBytes = 128 << 20;

    private byte[] _scope = [];
    private int _scopeNameLength;
    private int _scopeLength;
    private int _resourceSpans;
    private int _resource;
    private int _scopeSpans = -1;
    private int _spansInScope;
    private int _span;

    /// <param name="sourceBytes">Length of the request; its translation is mostly a little longer.</param>
    public OtlpTranslation(int sourceBytes)
    {
        Writer = new ProtoWriter(1024 + sourceBytes + (sourceBytes / 2), ArrayPool<byte>.Shared);
    }

    /// <summary>Writes into the message that is open.</summary>
    public ProtoWriter Writer { get; }

    /// <summary>Spans written so far.</summary>
    public int Spans { get; private set; }

    /// <summary>The whole ExportTraceServiceRequest; valid until this is disposed.</summary>
    public ReadOnlyMemory<byte> Request => Writer.WrittenMemory;

    public void BeginResource()
    {
        _resourceSpans = Writer.BeginMessage(1);
        _resource = Writer.BeginMessage(1);
    }

    public void EndResourceAttributes() => Writer.EndMessage(_resource);

    public void BeginSpan()
    {
        // Without a ScopeSpans there is nothing to be inside of: one with the empty scope, which nearly all senders mean.
        if (_scopeSpans < 0) BeginScope([], []);
        _span = Writer.BeginMessage(2);
    }

    /// <exception cref="InvalidDataException">The request becomes larger than <see cref="MaxBytes"/>.</exception>
    public void EndSpan(ReadOnlySpan<byte> scopeName = default, ReadOnlySpan<byte> scopeVersion = default)
    {
        if (!IsOpenScope(scopeName, scopeVersion)) MoveSpanIntoScope(scopeName, scopeVersion);
        Writer.EndMessage(_span);
        _spansInScope++;
        Spans++;
        if (Writer.Length > MaxBytes) throw new InvalidDataException($"the spans of this request take more than {MaxBytes} bytes of OTLP; send fewer at a time");
    }

    public void EndResource()
    {
        EndScope();
        Writer.EndMessage(_resourceSpans);
    }

    /// <summary>A 16-byte id, big-endian, as trace id of the span or link that is open.</summary>
    public void WriteTraceId(ulong high, ulong low)
    {
        Span<byte> id = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(id, high);
        BinaryPrimitives.WriteUInt64BigEndian(id[8..], low);
        Writer.WriteBytes(1, id);
    }

    /// <summary>An 8-byte id, big-endian: field 2 is the id of the span or link that is open, field 4 the parent.</summary>
    public void WriteSpanId(int field, ulong value)
    {
        Span<byte> id = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(id, value);
        Writer.WriteBytes(field, id);
    }

    public void Dispose()
    {
        Writer.ReturnBuffer();
        var scope = _scope;
        _scope = [];
        if (scope.Length > 0) ArrayPool<byte>.Shared.Return(scope);
    }

    private bool IsOpenScope(ReadOnlySpan<byte> name, ReadOnlySpan<byte> version) =>
        name.Length == _scopeNameLength && name.Length + version.Length == _scopeLength
        && _scope.AsSpan(0, name.Length).SequenceEqual(name) && _scope.AsSpan(name.Length, version.Length).SequenceEqual(version);

    private void MoveSpanIntoScope(ReadOnlySpan<byte> name, ReadOnlySpan<byte> version)
    {
        var length = Writer.Length - _span;
        var span = ArrayPool<byte>.Shared.Rent(length);
        Writer.Written[_span..].CopyTo(span);
        // The span's tag and the byte left for its length.
        Writer.Truncate(_span - 2);
        EndScope();
        BeginScope(name, version);
        _span = Writer.BeginMessage(2);
        span.AsSpan(0, length).CopyTo(Writer.GetSpan(length));
        Writer.Advance(length);
        ArrayPool<byte>.Shared.Return(span);
    }

    private void BeginScope(ReadOnlySpan<byte> name, ReadOnlySpan<byte> version)
    {
        _scopeSpans = Writer.BeginMessage(2);
        var scope = Writer.BeginMessage(1);
        if (name.Length > 0) Writer.WriteBytes(1, name);
        if (version.Length > 0) Writer.WriteBytes(2, version);
        Writer.EndMessage(scope);

        _scopeNameLength = name.Length;
        _scopeLength = name.Length + version.Length;
        if (_scope.Length < _scopeLength)
        {
            if (_scope.Length > 0) ArrayPool<byte>.Shared.Return(_scope);
            _scope = ArrayPool<byte>.Shared.Rent(_scopeLength);
        }

        name.CopyTo(_scope);
        version.CopyTo(_scope.AsSpan(name.Length));
    }

    private void EndScope()
    {
        if (_scopeSpans >= 0)
        {
            if (_spansInScope > 0) Writer.EndMessage(_scopeSpans);
            else Writer.Truncate(_scopeSpans - 2);
        }

        _scopeSpans = -1;
        _spansInScope = 0;
    }
}
