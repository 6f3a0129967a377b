namespace Rubato.Server;

/// <summary>Short answers in plain text, as Tempo gives them for most that it refuses.</summary>
internal static class PlainText
{
    public const string ContentType = "text/plain; charset=utf-8";

    /// <param name="http">Nothing of its answer was sent yet.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="text">The whole body: an end of line where the client expects one.</param>
    public static Task WriteAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = ContentType;
        return http.Response.WriteAsync(text, http.RequestAborted);
    }
}
