using Rubato.Ingest.Receivers.Thrift;
using Rubato.Ingest.Receivers.Translation;

namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary>Jaeger's Thrift <c>Batch</c> (spec/wire-formats.md 3.1), in whichever of Thrift's protocols, as OTLP (section 4).</summary>
internal static partial class JaegerThriftTranslator
{
    /// <summary>The body of an HTTP request: one Batch struct. False where it is not well-formed, and why.</summary>
    public static bool TryTranslateBatch(ReadOnlySpan<byte> body, OtlpTranslation output, out string error)
    {
        var reader = new ThriftBinaryReader(body);
        var isGood = TryReadBatch(ref reader, body, output);
        error = isGood ? "" : ThriftProblemText.Of(reader.Problem, reader.Position);
        return isGood;
    }

    /// <summary>A UDP packet: a call of the agent's <c>emitBatch</c>. Other calls are not supported, and that is not an error.</summary>
    public static AgentCall TranslateCall<TReader>(ref TReader reader, ReadOnlySpan<byte> packet, OtlpTranslation output, out string error)
        where TReader : struct, IThriftReader, allows ref struct
    {
        error = "";
        if (reader.TryReadMessage(out var name))
        {
            if (!name.SequenceEqual("emitBatch"u8)) return AgentCall.NotSupported;
            if (TryReadArguments(ref reader, packet, output)) return AgentCall.Batch;
        }

        error = ThriftProblemText.Of(reader.Problem, reader.Position);
        return AgentCall.Malformed;
    }

    private static bool TryReadArguments<TReader>(ref TReader reader, ReadOnlySpan<byte> source, OtlpTranslation output)
        where TReader : struct, IThriftReader, allows ref struct
    {
        short id = 0;
        var hasBatch = false;
        while (reader.TryReadField(ref id, out var type))
        {
            if (type == ThriftType.Stop) return hasBatch || Fail(ref reader, ThriftProblem.NotABatch);
            var isBatch = id == 1 && type == ThriftType.Struct && !hasBatch;
            hasBatch |= isBatch;
            if (!(isBatch ? TryReadBatch(ref reader, source, output) : ThriftSkip.TrySkip(ref reader, type))) return false;
        }

        return false;
    }

    /// <summary>Batch{1 process, 2 spans}. Both are only noted at first: the process has to be known before the spans are written.</summary>
    private static bool TryReadBatch<TReader>(ref TReader reader, ReadOnlySpan<byte> source, OtlpTranslation output)
        where TReader : struct, IThriftReader, allows ref struct
    {
        short id = 0;
        int process = -1, spans = -1;
        while (reader.TryReadField(ref id, out var type))
        {
            if (type == ThriftType.Stop) break;
            var at = reader.Position;
            if (id == 1 && type == ThriftType.Struct) process = at;
            if (id == 2 && type == ThriftType.List)
            {
                spans = at;
                // Stepping over all spans once more only where something is behind them.
                if (process >= 0)
                {
                    if (!TryWriteBatch(ref reader, source, process, spans, output)) return false;
                    continue;
                }
            }

            if (!ThriftSkip.TrySkip(ref reader, type)) return false;
        }

        if (reader.Problem != ThriftProblem.None) return false;
        // Both are required (spec/wire-formats.md 3.1).
        if (process < 0 || spans < 0) return Fail(ref reader, ThriftProblem.RequiredFieldMissing);
        if (process < spans) return true;
        var end = reader.Position;
        if (!TryWriteBatch(ref reader, source, process, spans, output)) return false;
        reader.Position = end;
        return true;
    }

    private static bool TryWriteBatch<TReader>(ref TReader reader, ReadOnlySpan<byte> source, int process, int spans, OtlpTranslation output)
        where TReader : struct, IThriftReader, allows ref struct
    {
        output.BeginResource();
        reader.Position = process;
        if (!TryWriteProcess(ref reader, source, output)) return false;
        output.EndResourceAttributes();
        reader.Position = spans;
        if (!TryReadStructs(ref reader, out var count)) return false;
        for (; count > 0; count--)
        {
            if (!TryWriteSpan(ref reader, output)) return false;
        }

        output.EndResource();
        return true;
    }

    /// <summary>Process{1 serviceName, 2 tags}.</summary>
    private static bool TryWriteProcess<TReader>(ref TReader reader, ReadOnlySpan<byte> source, OtlpTranslation output)
        where TReader : struct, IThriftReader, allows ref struct
    {
        var process = new JaegerProcess(source);
        try
        {
            short id = 0;
            while (reader.TryReadField(ref id, out var type))
            {
                switch (id, type)
                {
                    case (_, ThriftType.Stop):
                        process.Write(output.Writer);
                        return true;
                    case (1, ThriftType.Bytes):
                        if (!reader.TryReadBytes(out var name)) return false;
                        process.ServiceName = name;
                        break;
                    case (2, ThriftType.List):
                        if (!TryReadStructs(ref reader, out var count)) return false;
                        for (; count > 0; count--)
                        {
                            if (!TryReadTag(ref reader, out var tag)) return false;
                            process.Add(tag);
                        }

                        break;
                    default:
                        if (!ThriftSkip.TrySkip(ref reader, type)) return false;
                        break;
                }
            }

            return false;
        }
        finally
        {
            process.Dispose();
        }
    }

    private static bool TryReadStructs<TReader>(ref TReader reader, out int count)
        where TReader : struct, IThriftReader, allows ref struct =>
        reader.TryReadList(out var element, out count) && (element == ThriftType.Struct || count == 0 || Fail(ref reader, ThriftProblem.ElementsOfOtherType));

    private static bool Fail<TReader>(ref TReader reader, ThriftProblem problem)
        where TReader : struct, IThriftReader, allows ref struct
    {
        reader.Problem = problem;
        return false;
    }
}

/// <summary>What a packet to the agent's port was.</summary>
internal enum AgentCall
{
    Batch,

    /// <summary>Another call, such as <c>emitZipkinBatch</c>.</summary>
    NotSupported,
    Malformed,
}
