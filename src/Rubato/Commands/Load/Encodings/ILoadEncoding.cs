namespace Rubato.Commands.Load.Encodings;

/// <summary>
/// Turns a request of <see cref="LoadShape"/> into another protocol's messages, so that every protocol carries the same spans. It costs the generator
/// 1 to 2 us a span that OTLP does not: what is measured is the server, and full speed is then sooner the generator's.
/// </summary>
/// <remarks>One for each connection: it may keep buffers.</remarks>
internal interface ILoadEncoding
{
    /// <param name="otlp">An ExportTraceServiceRequest as <see cref="LoadTemplateBuilder"/> makes it: a resource has one scope, values are texts, bools and ints.</param>
    void Encode(ReadOnlySpan<byte> otlp, LoadMessages messages);
}
