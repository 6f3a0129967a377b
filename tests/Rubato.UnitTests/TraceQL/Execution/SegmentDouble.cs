using System.Reflection;
using System.Runtime.ExceptionServices;
using Rubato.Model.Scanning;

namespace Rubato.UnitTests.TraceQL.Execution;

/// <summary>A segment that passes every call on, as part of a block, and may be damaged: then every read of a column ends with that.</summary>
public class SegmentDouble : DispatchProxy
{
    private ISpanSegment? _inner;
    private string? _block;
    private bool _isDamaged;

    public static ISpanSegment Of(ISpanSegment inner, string? block, bool isDamaged = false)
    {
        var segment = Create<ISpanSegment, SegmentDouble>();
        var self = (SegmentDouble)(object)segment;
        (self._inner, self._block, self._isDamaged) = (inner, block, isDamaged);
        return segment;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == "get_Block") return _block;
        if (_isDamaged && targetMethod.Name.StartsWith("Read", StringComparison.Ordinal)) throw new SegmentDamagedException(_inner!.Name, "a page does not match its checksum");
        try
        {
            return targetMethod.Invoke(_inner, args);
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
    }
}
