using System.Buffers.Binary;
using System.Text;

namespace Rubato.Web.Rehearsal;

/// <summary>
/// Messages between a page and its circuit: SignalR's hub protocol in MessagePack, which Blazor calls <c>blazorpack</c>. Only what a page needs to say and to
/// understand. Source: the MessagePack hub protocol of SignalR (<c>HubProtocol.md</c> of dotnet/aspnetcore) and the MessagePack format.
/// </summary>
internal static class BlazorMessage
{
    public const long Invocation = 1;
    public const long Completion = 3;
    public const long Close = 7;

    /// <summary>A call of the page: its length, then <c>[1, {}, id, method, [arguments]]</c>.</summary>
    /// <param name="id">Where an answer is wanted.</param>
    /// <param name="method">Of the circuit's hub.</param>
    /// <param name="arguments">Texts, numbers, booleans, nulls.</param>
    public static byte[] Call(string? id, string method, params object?[] arguments)
    {
        using var body = new MemoryStream();
        body.Write([0x95, (byte)Invocation, 0x80]);
        Write(body, id);
        Write(body, method);
        body.WriteByte((byte)(0x90 | arguments.Length));
        foreach (var argument in arguments) Write(body, argument);
        using var message = new MemoryStream();
        for (var left = (uint)body.Length; ; left >>= 7)
        {
            message.WriteByte((byte)(left < 0x80 ? left : (left & 0x7f) | 0x80));
            if (left < 0x80) break;
        }

        body.WriteTo(message);
        return message.ToArray();
    }

    /// <summary>All whole messages of an answer; each is an array of numbers, texts, bytes, booleans, nulls and arrays of these.</summary>
    /// <exception cref="InvalidDataException">They are none.</exception>
    public static IEnumerable<object?[]> Read(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var (length, shift) = (0, 0);
            do
            {
                if (at == bytes.Length || shift > 28) throw new InvalidDataException("a message has no length");
                length |= (bytes[at] & 0x7f) << shift;
                shift += 7;
            }
            while ((bytes[at++] & 0x80) != 0);

            if (length < 0 || length > bytes.Length - at) throw new InvalidDataException("a message is cut off");
            var reader = new Reader(bytes.AsMemory(at, length));
            yield return reader.Next() as object?[] ?? throw new InvalidDataException("a message is no array");
            at += length;
        }
    }

    private static void Write(MemoryStream to, object? value)
    {
        Span<byte> number = stackalloc byte[9];
        switch (value)
        {
            case null:
                to.WriteByte(0xc0);
                break;
            case bool yes:
                to.WriteByte((byte)(yes ? 0xc3 : 0xc2));
                break;
            case long whole:
                number[0] = 0xd3;
                BinaryPrimitives.WriteInt64BigEndian(number[1..], whole);
                to.Write(number);
                break;
            case string text:
                var bytes = Encoding.UTF8.GetBytes(text);
                number[0] = 0xdb;
                BinaryPrimitives.WriteInt32BigEndian(number[1..], bytes.Length);
                to.Write(number[..5]);
                to.Write(bytes);
                break;
            default:
                throw new ArgumentException($"a page sends no {value.GetType().Name}", nameof(value));
        }
    }

    private sealed class Reader(ReadOnlyMemory<byte> message)
    {
        private const int Deepest = 8;
        private int _at;
        private int _depth;

        public object? Next()
        {
            var kind = Take(1)[0];
            return kind switch
            {
                < 0x80 => (long)kind,
                < 0x90 => Map(kind & 0x0f),
                < 0xa0 => Items(kind & 0x0f),
                < 0xc0 => Text(kind & 0x1f),
                0xc0 => null,
                0xc2 => false,
                0xc3 => true,
                0xc4 => Take(Length(1)).ToArray(),
                0xc5 => Take(Length(2)).ToArray(),
                0xc6 => Take(Length(4)).ToArray(),
                0xcc => (long)Take(1)[0],
                0xcd => (long)BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
                0xce => (long)BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
                0xcf => (long)BinaryPrimitives.ReadUInt64BigEndian(Take(8)),
                0xd0 => (long)(sbyte)Take(1)[0],
                0xd1 => (long)BinaryPrimitives.ReadInt16BigEndian(Take(2)),
                0xd2 => (long)BinaryPrimitives.ReadInt32BigEndian(Take(4)),
                0xd3 => BinaryPrimitives.ReadInt64BigEndian(Take(8)),
                0xd9 => Text(Length(1)),
                0xda => Text(Length(2)),
                0xdb => Text(Length(4)),
                0xdc => Items(Length(2)),
                >= 0xe0 => (long)(sbyte)kind,
                _ => throw new InvalidDataException($"a message has a value of kind 0x{kind:x2}"),
            };
        }

        private object?[] Items(int count)
        {
            if (++_depth > Deepest || count > message.Length) throw new InvalidDataException("a message is nested too deeply, or shorter than it says");
            var items = new object?[count];
            for (var i = 0; i < count; i++) items[i] = Next();
            _depth--;
            return items;
        }

        // Headers: nobody reads them.
        private object?[] Map(int pairs) => Items(2 * pairs);

        private string Text(int length) => Encoding.UTF8.GetString(Take(length));

        private int Length(int bytes) => bytes switch
        {
            1 => Take(1)[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
            _ => BinaryPrimitives.ReadInt32BigEndian(Take(4)),
        };

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count < 0 || count > message.Length - _at) throw new InvalidDataException("a message is shorter than it says");
            _at += count;
            return message.Span.Slice(_at - count, count);
        }
    }
}
