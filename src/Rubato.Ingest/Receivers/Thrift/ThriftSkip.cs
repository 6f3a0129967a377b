namespace Rubato.Ingest.Receivers.Thrift;

/// <summary>Steps over values that nobody asked for.</summary>
internal static class ThriftSkip
{
    /// <summary>Deeper nesting is refused: nothing that is sent has it, and the stack has an end.</summary>
    public const int MaxDepth = 32;

    public static bool TrySkip<TReader>(ref TReader reader, ThriftType type)
        where TReader : struct, IThriftReader, allows ref struct => TrySkip(ref reader, type, 0);

    private static bool TrySkip<TReader>(ref TReader reader, ThriftType type, int depth)
        where TReader : struct, IThriftReader, allows ref struct
    {
        if (depth > MaxDepth) return Fail(ref reader, ThriftProblem.TooDeep);
        return type switch
        {
            ThriftType.Bool => reader.TryReadBool(out _),
            ThriftType.Byte => reader.TryAdvance(1),
            ThriftType.Double => reader.TryAdvance(8),
            ThriftType.I16 => reader.TryReadI16(out _),
            ThriftType.I32 => reader.TryReadI32(out _),
            ThriftType.I64 => reader.TryReadI64(out _),
            ThriftType.Bytes => reader.TryReadBytes(out _),
            ThriftType.Struct => TrySkipStruct(ref reader, depth),
            ThriftType.List or ThriftType.Set => TrySkipList(ref reader, depth),
            ThriftType.Map => TrySkipMap(ref reader, depth),
            _ => Fail(ref reader, ThriftProblem.UnknownType),
        };
    }

    private static bool TrySkipStruct<TReader>(ref TReader reader, int depth)
        where TReader : struct, IThriftReader, allows ref struct
    {
        short id = 0;
        while (reader.TryReadField(ref id, out var type))
        {
            if (type == ThriftType.Stop) return true;
            if (!TrySkip(ref reader, type, depth + 1)) return false;
        }

        return false;
    }

    private static bool TrySkipList<TReader>(ref TReader reader, int depth)
        where TReader : struct, IThriftReader, allows ref struct
    {
        if (!reader.TryReadList(out var element, out var count)) return false;
        for (; count > 0; count--)
        {
            if (!TrySkip(ref reader, element, depth + 1)) return false;
        }

        return true;
    }

    private static bool TrySkipMap<TReader>(ref TReader reader, int depth)
        where TReader : struct, IThriftReader, allows ref struct
    {
        if (!reader.TryReadMap(out var key, out var value, out var count)) return false;
        for (; count > 0; count--)
        {
            if (!TrySkip(ref reader, key, depth + 1) || !TrySkip(ref reader, value, depth + 1)) return false;
        }

        return true;
    }

    private static bool Fail<TReader>(ref TReader reader, ThriftProblem problem)
        where TReader : struct, IThriftReader, allows ref struct
    {
        reader.Problem = problem;
        return false;
    }
}
