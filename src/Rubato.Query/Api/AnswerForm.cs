namespace Rubato.Query.Api;

/// <summary>Which form of answer the Accept header asks for: searched for substrings in this order (spec/http-api.md 1.1).</summary>
internal enum AnswerForm
{
    Json,
    Protobuf,
    Llm,
}

internal static class Accepted
{
    public const string Json = "application/json";
    public const string Protobuf = "application/protobuf";

    /// <summary>One JSON object a line.</summary>
    public const string Lines = "application/x-ndjson";

    public const string Llm = "application/vnd.grafana.llm+json";

    public static bool AreLinesWanted(string? accept, string? stream) => stream is "true" or "1" || accept?.Contains(Lines, StringComparison.OrdinalIgnoreCase) == true;

    public static AnswerForm Form(string? accept)
    {
        if (string.IsNullOrEmpty(accept)) return AnswerForm.Json;
        if (accept.Contains(Protobuf, StringComparison.OrdinalIgnoreCase)) return AnswerForm.Protobuf;
        if (accept.Contains(Json, StringComparison.OrdinalIgnoreCase)) return AnswerForm.Json;
        return accept.Contains("application/vnd.grafana.llm", StringComparison.OrdinalIgnoreCase) ? AnswerForm.Llm : AnswerForm.Json;
    }
}
