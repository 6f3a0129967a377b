using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using Rubato.Client;
using Rubato.Web.Components.Shared;
using Rubato.Web.Files;
using Rubato.Web.Formatting;

namespace Rubato.Web.Components.Upload;

/// <summary>Traces of a file of the person at the browser. The server converts it and keeps nothing; the page holds it until it is left.</summary>
public sealed partial class UploadPage
{
    private const int MostShown = 500;

    private readonly Reading _reading;
    private string _name = "";
    private IReadOnlyList<OpenedTrace> _traces = [];
    private OpenedTrace? _shown;
    private byte[] _shownBytes = [];

    public UploadPage() => _reading = new Reading(StateHasChanged);

    public void Dispose() => _reading.Dispose();

    private Task OpenAsync(InputFileChangeEventArgs chosen)
    {
        var file = chosen.File;
        (_name, _traces, _shown) = (file.Name, [], null);
        return _reading.RunAsync(async cancellationToken =>
        {
            if (file.Size > Options.MaxFileBytes)
                throw new RubatoClientException($"It has {Format.Bytes(file.Size)}, and query_frontend.max_convert_bytes allows {Format.Bytes(Options.MaxFileBytes)}.", null);
            var otlp = await Server.ConvertAsync(await ReadAsync(file, cancellationToken), cancellationToken);
            var traces = OpenedTrace.Of(otlp);
            cancellationToken.ThrowIfCancellationRequested();
            _traces = traces;
            if (traces.Count == 1) Show(traces[0]);
        });
    }

    /// <summary>All of it before the server is asked: what fails here is the browser's, and is said so.</summary>
    private async Task<byte[]> ReadAsync(IBrowserFile file, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = new byte[file.Size];
            await using var content = file.OpenReadStream(Options.MaxFileBytes, cancellationToken);
            await content.ReadExactlyAsync(bytes, cancellationToken);
            return bytes;
        }
        catch (Exception e) when (e is IOException or JSException)
        {
            throw new RubatoClientException($"The browser could not read it to its end: {e.Message}", e);
        }
    }

    private void Show(OpenedTrace trace) => (_shown, _shownBytes) = (trace, trace.ToOtlp());

    private void Close()
    {
        _reading.Stop();
        (_name, _traces, _shown, _shownBytes) = ("", [], null, []);
    }
}
