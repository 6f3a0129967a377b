using Rubato.Model.Spans;

namespace Rubato.Query.ServiceGraph;

/// <summary>A span of kind CLIENT, PRODUCER, SERVER or CONSUMER whose other side is not in its segment.</summary>
/// <param name="Trace">Its trace.</param>
/// <param name="Span">What both sides know: the caller's span id, of a called span its parent's.</param>
/// <param name="Service">Number of its service's name.</param>
/// <param name="Peer">Number of the name that it gives the other side; 0 for none.</param>
/// <param name="StartNano">Nanoseconds since 1970.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Failed">Its status is ERROR.</param>
/// <param name="IsMessaging">PRODUCER or CONSUMER.</param>
internal readonly record struct GraphSide(TraceId Trace, long Span, int Service, int Peer, long StartNano, double Seconds, bool Failed, bool IsMessaging);
