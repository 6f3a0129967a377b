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
    public const string Llm = "application/vnd.grafana.llm+json";

    public static AnswerForm Form(string? accept)
    {
        if (string.IsNullOrEmpty(accept)) return AnswerForm.Json;
        if (accept.Contains(Protobuf, StringComparison.OrdinalIgnoreCase)) return AnswerForm.Protobuf;
        if (accept.Contains(Json, StringComparison.OrdinalIgnoreCase)) return AnswerForm.Json;
        return accept.Contains("application/vnd.grafana.llm", StringComparison.OrdinalIgnoreCase) ? AnswerForm.Llm : AnswerForm.Json;
    }
}
