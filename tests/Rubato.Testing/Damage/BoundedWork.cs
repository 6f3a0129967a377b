using System.Globalization;
using System.Runtime.CompilerServices;

namespace Rubato.Testing.Damage;

/// <summary>What one damaged file may cost, counted: memory taken on this thread and bytes read. No clock.</summary>
internal readonly struct BoundedWork
{
    private readonly long _allocated;

    private BoundedWork(long allocated) => _allocated = allocated;

    public static BoundedWork Begin() => new(GC.GetAllocatedBytesForCurrentThread());

    /// <param name="maxAllocated">More than this is a fault: a few damaged bytes must not cost memory.</param>
    public void Check(long maxAllocated, CountingSource source, long maxRead, [CallerMemberName] string where = "")
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread() - _allocated;
        if (allocated > maxAllocated)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{where}: {allocated} bytes of memory taken, at most {maxAllocated} are granted"));
        if (source.BytesRead > maxRead)
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{where}: {source.BytesRead} bytes read of a file of {source.Length}"));
    }
}
