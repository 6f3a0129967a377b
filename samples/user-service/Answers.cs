using System.Text.Json;
using System.Text.Json.Serialization;

namespace Samples.UserService;

/// <summary>A user as the service answers with.</summary>
internal sealed record User(int Id, string Username, string Email);

/// <summary>Every answer: a code, a text, and data where there is some.</summary>
internal sealed record Response(int Code, string Message, User? Data);

/// <summary>Writes answers as JSON.</summary>
internal static class Answers
{
    public static async Task WriteAsync(HttpContext context, Response response)
    {
        context.Response.StatusCode = response.Code;
        context.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(context.Response.Body, response, AnswersContext.Default.Response, context.RequestAborted);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Response))]
internal sealed partial class AnswersContext : JsonSerializerContext;
