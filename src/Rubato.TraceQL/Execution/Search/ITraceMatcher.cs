using Rubato.TraceQL.Execution.Columns;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Planning;

namespace Rubato.TraceQL.Execution.Search;

/// <summary>What a search looks for: how to find candidates in columns, and the final word on a whole trace.</summary>
internal interface ITraceMatcher
{
    /// <summary>Holds for every trace that matches.</summary>
    TraceFormula Candidates { get; }

    /// <summary>Decides traces over columns; null where <see cref="Candidates"/> alone does as well.</summary>
    ColumnPipeline? Columns => null;

    NeededFields Needed { get; }

    /// <summary>The answer's entry for the trace, or null when it does not match.</summary>
    TraceSearchResult? Match(PlainTrace trace);
}
