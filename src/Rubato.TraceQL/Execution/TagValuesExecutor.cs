using Rubato.Model.Scanning;

namespace Rubato.TraceQL.Execution;

/// <summary>Values of one field: from dictionaries where there is no filter.</summary>
public static class TagValuesExecutor
{
    public static Task<TagValuesResult> ReadAsync(SpanSnapshot snapshot, TagValuesRequest request, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
