using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Rubato.TraceQL.Regex;

/// <summary>
/// Runs a program as a deterministic automaton whose states are made when they are first reached. Every character is looked at
/// once; there is nothing to go back to. Thread-safe: states are immutable but for their table of successors, whose entries
/// are only ever set, under the lock, and read without it.
/// </summary>
internal sealed class Re2Automaton
{
    /// <summary>Entries in all tables of successors, 8 bytes each. When they are used up, further states are made per use and forgotten: slower, never wrong.</summary>
    private const int MaxEntries = 256 * 1024;

    private readonly Re2Program _program;
    private readonly Re2Alphabet _alphabet;
    private readonly CharKind[] _kinds;
    private readonly Dictionary<StateKey, State> _states = [];
    private readonly Lock _lock = new();
    private readonly State _start;
    private int _entries;

    public Re2Automaton(Re2Program program)
    {
        _program = program;
        _alphabet = program.Alphabet;
        _kinds = new CharKind[_alphabet.Count];
        if (program.HasAssertions)
        {
            foreach (var (first, last) in UnicodeClasses.Words.Ranges)
                for (var c = first; c <= last; c++)
                    _kinds[_alphabet.ClassOf(c)] = CharKind.Word;
            _kinds[_alphabet.ClassOf('\n')] = CharKind.Newline;
        }

        _start = GetState([program.Start], CharKind.None);
    }

    private enum CharKind : byte
    {
        Other,
        Word,
        Newline,

        /// <summary>Before the first and after the last character.</summary>
        None,
    }

    public bool IsMatch(ReadOnlySpan<byte> utf8)
    {
        var ascii = _alphabet.Ascii;
        var state = _start;
        var i = 0;
        while (i < utf8.Length)
        {
            int @class = utf8[i];
            if (@class < 0x80)
            {
                i++;
                @class = ascii[@class];
            }
            else
            {
                Rune.DecodeFromUtf8(utf8[i..], out var rune, out var length);
                (@class, i) = (_alphabet.ClassOf(rune.Value), i + length);
            }

            state = Step(state, @class);
            if (state.IsDead)
                return false;
        }

        return state.Accepts;
    }

    public bool IsMatch(ReadOnlySpan<char> text)
    {
        var state = _start;
        var i = 0;
        while (i < text.Length)
        {
            int codePoint = text[i];
            if (codePoint < 0x80)
            {
                i++;
            }
            else
            {
                Rune.DecodeFromUtf16(text[i..], out var rune, out var length);
                (codePoint, i) = (rune.Value, i + length);
            }

            state = Step(state, _alphabet.ClassOf(codePoint));
            if (state.IsDead)
                return false;
        }

        return state.Accepts;
    }

    private State Step(State state, int @class)
    {
        var next = state.Next;
        return ((uint)@class < (uint)next.Length ? Volatile.Read(ref next[@class]) : null) ?? MakeNext(state, @class);
    }

    private State MakeNext(State state, int @class)
    {
        var positions = new SortedSet<int>();
        var kind = _kinds[@class];
        foreach (var position in Expand(state.Positions, state.Before, kind))
        {
            var instruction = _program.Instructions[position];
            if (instruction.Kind == InstructionKind.Chars && _alphabet.Contains(instruction.Argument, @class))
                positions.Add(instruction.Next);
        }

        var next = GetState([.. positions], kind);
        if (state.Next.Length > 0)
            Volatile.Write(ref state.Next[@class], next);
        return next;
    }

    private State GetState(int[] positions, CharKind before)
    {
        var key = new StateKey(positions, before);
        lock (_lock)
        {
            if (_states.TryGetValue(key, out var state))
                return state;
            var accepts = Expand(positions, before, CharKind.None).Any(p => _program.Instructions[p].Kind == InstructionKind.Match);
            var cached = _entries + _alphabet.Count <= MaxEntries;
            state = new State(positions, before, accepts, cached ? new State?[_alphabet.Count] : []);
            if (cached)
            {
                _entries += _alphabet.Count;
                _states.Add(key, state);
            }

            return state;
        }
    }

    /// <summary>Follows what needs no character; assertions look at the characters on both sides of the place.</summary>
    private List<int> Expand(int[] positions, CharKind before, CharKind after)
    {
        var reached = new List<int>();
        var seen = ArrayPool<bool>.Shared.Rent(_program.Instructions.Length);
        Array.Clear(seen, 0, _program.Instructions.Length);
        var pending = new Stack<int>(positions);
        while (pending.TryPop(out var position))
        {
            if (seen[position])
                continue;
            seen[position] = true;
            var instruction = _program.Instructions[position];
            switch (instruction.Kind)
            {
                case InstructionKind.Split:
                    pending.Push(instruction.Argument);
                    pending.Push(instruction.Next);
                    break;
                case InstructionKind.Assert:
                    if (Holds((RegexAssertion)instruction.Argument, before, after))
                        pending.Push(instruction.Next);
                    break;
                default:
                    reached.Add(position);
                    break;
            }
        }

        ArrayPool<bool>.Shared.Return(seen);
        return reached;
    }

    private static bool Holds(RegexAssertion assertion, CharKind before, CharKind after) => assertion switch
    {
        RegexAssertion.TextStart => before == CharKind.None,
        RegexAssertion.TextEnd => after == CharKind.None,
        RegexAssertion.LineStart => before is CharKind.None or CharKind.Newline,
        RegexAssertion.LineEnd => after is CharKind.None or CharKind.Newline,
        RegexAssertion.WordBoundary => (before == CharKind.Word) != (after == CharKind.Word),
        _ => (before == CharKind.Word) == (after == CharKind.Word),
    };

    /// <summary>Places in the program before the next character, not yet expanded, and the kind of the last character.</summary>
    private sealed class State(int[] positions, CharKind before, bool accepts, State?[] next)
    {
        public readonly State?[] Next = next;
        public readonly bool IsDead = positions.Length == 0;
        public readonly bool Accepts = accepts;
        public readonly int[] Positions = positions;
        public readonly CharKind Before = before;
    }

    private readonly struct StateKey(int[] positions, CharKind before) : IEquatable<StateKey>
    {
        private readonly int[] _positions = positions;
        private readonly CharKind _before = before;

        public bool Equals(StateKey other) => _before == other._before && _positions.AsSpan().SequenceEqual(other._positions);

        public override bool Equals(object? obj) => obj is StateKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(_positions.AsSpan()));
            hash.Add(_before);
            return hash.ToHashCode();
        }
    }
}
