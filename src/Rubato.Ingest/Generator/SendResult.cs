namespace Rubato.Ingest.Generator;

/// <summary>What became of a request body.</summary>
internal enum SendResult
{
    /// <summary>The endpoint has it.</summary>
    Taken,

    /// <summary>The endpoint will never take it.</summary>
    Refused,

    /// <summary>Perhaps later.</summary>
    Later,
}
