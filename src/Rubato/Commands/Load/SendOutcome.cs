namespace Rubato.Commands.Load;

internal enum SendStatus
{
    Accepted,

    /// <summary>The server asked to be sent the request again.</summary>
    Retryable,

    /// <summary>Refused for good.</summary>
    Refused,

    /// <summary>No answer: nobody listens, or the connection broke. Whether the spans were kept is unknown.</summary>
    Unreachable,
}

/// <summary>How one sending of a request ended.</summary>
/// <param name="RejectedSpans">Spans that an accepted request's partial success reports as not kept.</param>
/// <param name="RetryAfter">What the server asked to wait before sending again, if it said so.</param>
internal readonly record struct SendOutcome(SendStatus Status, string Reason = "", long RejectedSpans = 0, TimeSpan? RetryAfter = null);
