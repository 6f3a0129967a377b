using System.Diagnostics.CodeAnalysis;

namespace Rubato.Model.Otlp;

/// <summary>Result of <see cref="OtlpValidator"/>.</summary>
/// <param name="Counts">What the request holds; up to the error where there is one.</param>
/// <param name="Error">For the sender: what is malformed and where; null for a good request.</param>
/// <param name="ErrorPosition">Byte of the request at which the error was found.</param>
public readonly record struct OtlpCheck(OtlpCounts Counts, string? Error, int ErrorPosition)
{
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsWellFormed => Error is null;
}
