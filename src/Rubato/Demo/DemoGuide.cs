namespace Rubato.Demo;

/// <summary>What a newcomer can type once the first trace is there.</summary>
internal static class DemoGuide
{
    /// <param name="queryAddress">The HTTP API, such as <c>http://127.0.0.1:3200</c>.</param>
    public static IReadOnlyList<string> Lines(Uri queryAddress, string traceId)
    {
        string address = queryAddress.GetLeftPart(UriPartial.Authority);
        string suffix = address == "http://127.0.0.1:3200" ? "" : $" --address {address}";
        return
        [
            $"A first trace is here: {traceId}",
            $"  look at it    {address}/trace/{traceId}",
            $"  open it       rubato query trace {traceId}{suffix}",
            $"                curl {address}/api/traces/{traceId}",
            $"  find more     rubato query search '{{ name = \"API.CreateOrder\" }}'{suffix}",
            $"                curl -G {address}/api/search --data-urlencode 'q={{ name = \"API.CreateOrder\" }}'",
            $"  what failed   rubato query search '{{ status = error }}'{suffix}",
        ];
    }
}
