namespace Rubato.Server;

/// <summary>Requests that a page of another site made a browser send: with the login that the browser remembers, and without the person who uses it.</summary>
internal static class OtherSite
{
    /// <summary>Browsers say so over https and on the machine itself; over plain http to elsewhere they do not.</summary>
    public static bool Asks(HttpRequest request) => request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";
}
