using Rubato.Client;

namespace Rubato.Web.Formatting;

/// <summary>Failures in words for the person at the page.</summary>
public static class Problems
{
    public static string Text(Exception? error) => error switch
    {
        null => "",
        RubatoClientException { StatusCode: System.Net.HttpStatusCode.Unauthorized } => "The server wants to know who asks: choose a tenant, or sign in.",
        RubatoClientException e => e.Message,
        TimeoutException => "The server took too long. Ask for less: a shorter time range, or fewer traces.",
        HttpRequestException e => e.Message,
        _ => error.Message,
    };
}
