using System.Buffers;
using System.Runtime.InteropServices;

namespace Rubato.Ingest.Receivers.Translation;

/// <summary>
/// Sorts the spans of one request into groups by equal bytes of what becomes their resource (a Jaeger process, a service name). Groups
/// come in the order of their first spans, spans keep their order. Keys and spans are places in the request; nothing is copied.
/// </summary>
/// <param name="source">The request's bytes.</param>
internal ref struct ResourceGroups(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private Group[] _groups = ArrayPool<Group>.Shared.Rent(16);
    private Member[] _members = ArrayPool<Member>.Shared.Rent(512);
    private int _memberCount;
    // Hash to the last group that has it; made for the second group only.
    private Dictionary<int, int>? _byHash;

    /// <summary>Groups so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a span to the group of spans with an equal key. The hash is the runtime's, seeded anew in each process: nobody can choose keys that collide.</summary>
    public void Add(Place key, Place span)
    {
        var group = Find(key);
        if (_memberCount == _members.Length) Grow(ref _members, _memberCount);
        _members[_memberCount] = new Member(span, -1);
        ref var found = ref _groups[group];
        if (found.Last >= 0) _members[found.Last].Next = _memberCount;
        else found.First = _memberCount;
        found.Last = _memberCount++;
    }

    public readonly Place Key(int group) => _groups[group].Key;

    /// <summary>The group's first span, to go on from with <see cref="Next"/>; -1 behind the last.</summary>
    public readonly int First(int group) => _groups[group].First;

    public readonly int Next(int member) => _members[member].Next;

    public readonly Place Span(int member) => _members[member].Span;

    public readonly void Dispose()
    {
        ArrayPool<Group>.Shared.Return(_groups);
        ArrayPool<Member>.Shared.Return(_members);
    }

    private int Find(Place key)
    {
        var bytes = key.Of(_source);
        // Spans of one process mostly follow each other.
        if (_memberCount > 0 && _groups[Count - 1].Key.Of(_source).SequenceEqual(bytes)) return Count - 1;
        var hash = HashOf(bytes);
        if (_byHash is null && Count > 0) _byHash = new Dictionary<int, int> { [_groups[0].Hash] = 0 };
        if (_byHash is not null)
        {
            ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_byHash, hash, out var exists);
            for (var group = exists ? last : -1; group >= 0; group = _groups[group].Previous)
            {
                if (_groups[group].Key.Of(_source).SequenceEqual(bytes)) return group;
            }

            var previous = exists ? last : -1;
            last = Count;
            return AddGroup(key, hash, previous);
        }

        return AddGroup(key, hash, -1);
    }

    private int AddGroup(Place key, int hash, int previous)
    {
        if (Count == _groups.Length) Grow(ref _groups, Count);
        _groups[Count] = new Group { Key = key, Hash = hash, Previous = previous, First = -1, Last = -1 };
        return Count++;
    }

    private static void Grow<T>(ref T[] array, int used)
    {
        var larger = ArrayPool<T>.Shared.Rent(used * 2);
        array.AsSpan(0, used).CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }

    private static int HashOf(ReadOnlySpan<byte> bytes)
    {
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        return hash.ToHashCode();
    }

    private struct Group
    {
        public Place Key;
        public int Hash;
        public int Previous;
        public int First;
        public int Last;
    }

    private record struct Member(Place Span, int Next);
}

/// <summary>A stretch of a request.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct Place(int At, int Length)
{
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> source) => source.Slice(At, Length);

    /// <summary>Where a slice lies in what it was cut from.</summary>
    public static Place Find(ReadOnlySpan<byte> source, ReadOnlySpan<byte> slice) =>
        slice.Length > 0 && source.Overlaps(slice, out var at) ? new Place(at, slice.Length) : default;
}
