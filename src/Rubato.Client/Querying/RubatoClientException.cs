using System.Globalization;
using System.Net;

namespace Rubato.Client;

/// <summary>The server refused a question, or gave an answer that cannot be read.</summary>
public sealed class RubatoClientException : Exception
{
    /// <summary>Of an answer that is no success.</summary>
    /// <param name="statusCode">The answer's status.</param>
    /// <param name="body">Its text.</param>
    /// <param name="request">What was asked.</param>
    public RubatoClientException(HttpStatusCode statusCode, string body, string request)
        : base(string.Create(CultureInfo.InvariantCulture, $"{request} was answered with {(int)statusCode}: {(string.IsNullOrWhiteSpace(body) ? statusCode.ToString() : body.Trim())}"))
    {
        StatusCode = statusCode;
        Body = body;
    }

    /// <summary>Of an answer that cannot be read.</summary>
    public RubatoClientException(string message, Exception? innerException)
        : base(message, innerException) => Body = "";

    /// <summary>The answer's status, or null where its body could not be read.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>The answer's text, at most its first 64 KiB.</summary>
    public string Body { get; }
}
