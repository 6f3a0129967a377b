using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Rubato.Testing.ObjectStores;

/// <summary>An Azure Blob container that is empty and refuses as it is told: for the refusals that Azurite does not know. What works, Azurite proves.</summary>
/// <remarks>https://learn.microsoft.com/rest/api/storageservices/</remarks>
public sealed class FakeAzureServer(string account) : FakeStoreServer
{
    protected override async Task HandleAsync(HttpContext context)
    {
        var isList = context.Request.Query["comp"] == "list";
        var (_, isAnswered) = await MeetFaultAsync(context, isList ? "LIST" : context.Request.Method, context.Request.Path.Value ?? "");
        if (isAnswered)
            return;
        if (!context.Request.Headers.Authorization.ToString().StartsWith($"SharedKey {account}:", StringComparison.Ordinal))
            await RefuseAsync(context, 403, "AuthenticationFailed", "Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature.");
        else if (isList)
            await WriteXmlAsync(context, new XElement("EnumerationResults", new XElement("Blobs"), new XElement("NextMarker")));
        else
            await RefuseAsync(context, 404, "BlobNotFound", "The specified blob does not exist.");
    }

    /// <param name="message">What follows a bar is the detail, as the service has it beside its sentence.</param>
    protected override Task RefuseAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        context.Response.Headers["x-ms-error-code"] = code;
        if (context.Request.Method == "HEAD")
            return Task.CompletedTask;
        var parts = message.Split('|', 2);
        return WriteXmlAsync(context, new XElement(
            "Error", new XElement("Code", code), new XElement("Message", parts[0]), parts.Length > 1 ? new XElement("AuthenticationErrorDetail", parts[1]) : null));
    }

    private static async Task WriteXmlAsync(HttpContext context, XElement element)
    {
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync("<?xml version=\"1.0\" encoding=\"utf-8\"?>" + element);
    }
}
