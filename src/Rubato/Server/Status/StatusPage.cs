using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Rubato.Server.Status;

/// <summary>Pages for operators that are a table and some words, as HTML or, for programs, as JSON. Whatever is written into a page is encoded.</summary>
internal sealed class StatusPage
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly StringBuilder _html = new();

    private StatusPage()
    {
    }

    /// <summary>As Tempo decides it: somewhere in <c>Accept</c>.</summary>
    public static bool WantsJson(HttpContext http) => http.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.OrdinalIgnoreCase);

    public static Task WriteJsonAsync<T>(HttpContext http, T value) => http.Response.WriteAsJsonAsync(value, Json, http.RequestAborted);

    public static Task WriteAsync(HttpContext http, string title, DateTimeOffset now, Action<StatusPage> write)
    {
        var page = new StatusPage();
        page._html.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>").Append(Encoded(title)).Append(" - Rubato</title>\n<style>")
            .Append("body{font-family:sans-serif;margin:2em;color-scheme:light dark}table{border-collapse:collapse}th,td{border:1px solid;padding:.3em .6em;text-align:left}</style></head>\n<body><h1>")
            .Append(Encoded(title)).Append("</h1>\n");
        page.Paragraph("Now: " + Text(now));
        write(page);
        page._html.Append("</body></html>\n");
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        return http.Response.WriteAsync(page._html.ToString(), http.RequestAborted);
    }

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public void Paragraph(string text) => _html.Append("<p>").Append(Encoded(text)).Append("</p>\n");

    public void Heading(string text) => _html.Append("<h2>").Append(Encoded(text)).Append("</h2>\n");

    public void Preformatted(string text) => _html.Append("<pre>").Append(Encoded(text)).Append("</pre>\n");

    /// <summary>A row's first cell leads to its address, where it has one.</summary>
    public void Table(IEnumerable<string> columns, IEnumerable<string[]> rows, Func<string, string>? addressOf = null)
    {
        _html.Append("<table><thead><tr>");
        foreach (var column in columns) _html.Append("<th>").Append(Encoded(column)).Append("</th>");
        _html.Append("</tr></thead><tbody>\n");
        foreach (var row in rows)
        {
            _html.Append("<tr>");
            foreach (var (i, cell) in row.Index())
            {
                var link = i == 0 ? addressOf?.Invoke(cell) : null;
                _html.Append(link is null ? $"<td>{Encoded(cell)}</td>" : $"<td><a href=\"{Encoded(link)}\">{Encoded(cell)}</a></td>");
            }

            _html.Append("</tr>\n");
        }

        _html.Append("</tbody></table>\n");
    }

    private static string Encoded(string text) => HtmlEncoder.Default.Encode(text);
}
