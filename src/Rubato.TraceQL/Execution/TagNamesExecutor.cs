using Rubato.Model.Scanning;

namespace Rubato.TraceQL.Execution;

/// <summary>Attribute names: from the column lists alone where there is no filter.</summary>
public static class TagNamesExecutor
{
    public static Task<TagNamesResult> ReadAsync(SpanSnapshot snapshot, TagNamesRequest request, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
