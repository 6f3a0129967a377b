namespace Rubato.Commands.Load.Encodings;

/// <summary>
/// Turns a request of <see cref="LoadShape"/> into a protocol's messages, so that every protocol carries the same spans. Other protocols cost the generator
/// some microseconds a span that OTLP does not: what is measured is the server, and full speed is then sooner the generator's.
/// </summary>
/// <remarks>One for each connection: it may keep buffers.</remarks>
internal interface ILoadEncoding
{
    /// <param name="otlp">An ExportTraceServiceRequest as <see cref="LoadTemplateBuilder"/> makes it: a resource has one scope, values are texts, bools and ints.</param>
    /// <param name="spans">How many it has.</param>
    /// <param name="messages">Where the messages go; one, unless the protocol's batches have one process each.</param>
    void Encode(ReadOnlySpan<byte> otlp, int spans, LoadMessages messages);
}
