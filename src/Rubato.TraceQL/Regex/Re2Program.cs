namespace Rubato.TraceQL.Regex;

internal enum InstructionKind : byte
{
    Match,
    Chars,
    Split,
    Assert,
}

/// <param name="Argument">Chars: index of the set. Split: the other way. Assert: the assertion.</param>
internal readonly record struct Instruction(InstructionKind Kind, int Next, int Argument);

/// <summary>Thompson's construction: a pattern as a list of steps, its alphabet cut into classes that no set tells apart.</summary>
internal sealed class Re2Program
{
    /// <summary>A step costs some 50 bytes over all tables. RE2 allows more, but no filter on spans comes near this.</summary>
    private const int MaxInstructions = 20_000;

    private readonly List<Instruction> _instructions = [];
    private readonly List<CodePointSet> _sets = [];
    private readonly Dictionary<CodePointSet, int> _setIndex = [];

    private Re2Program(RegexNode pattern, string text)
    {
        var match = Add(new Instruction(InstructionKind.Match, -1, 0), text);
        Start = Compile(pattern, match, text);
        Instructions = [.. _instructions];
        if (HasAssertions)
        {
            SetOf(UnicodeClasses.Words);
            SetOf(CodePointSet.Of('\n'));
        }

        Alphabet = new Re2Alphabet(_sets);
    }

    public Instruction[] Instructions { get; }

    public int Start { get; }

    public bool HasAssertions { get; private set; }

    public Re2Alphabet Alphabet { get; }

    public static Re2Program Compile(RegexNode pattern, string text) => new(pattern, text);

    /// <summary>Compiles backwards: every node is told where to go on.</summary>
    private int Compile(RegexNode node, int next, string text)
    {
        switch (node)
        {
            case RegexNode.Chars chars:
                return Add(new Instruction(InstructionKind.Chars, next, SetOf(chars.Set)), text);
            case RegexNode.Assert assert:
                HasAssertions = true;
                return Add(new Instruction(InstructionKind.Assert, next, (int)assert.Kind), text);
            case RegexNode.Concat concat:
                for (var i = concat.Parts.Count - 1; i >= 0; i--)
                    next = Compile(concat.Parts[i], next, text);
                return next;
            case RegexNode.Alternate alternate:
                var choice = Compile(alternate.Choices[^1], next, text);
                for (var i = alternate.Choices.Count - 2; i >= 0; i--)
                    choice = Add(new Instruction(InstructionKind.Split, Compile(alternate.Choices[i], next, text), choice), text);
                return choice;
            case RegexNode.Repeat repeat:
                return CompileRepeat(repeat, next, text);
            default:
                return next;
        }
    }

    private int CompileRepeat(RegexNode.Repeat repeat, int next, string text)
    {
        if (repeat.Max < 0)
        {
            var loop = Add(default, text);
            _instructions[loop] = new Instruction(InstructionKind.Split, Compile(repeat.Body, loop, text), next);
            next = loop;
        }

        var end = next;
        for (var i = repeat.Min; i < repeat.Max; i++)
            next = Add(new Instruction(InstructionKind.Split, Compile(repeat.Body, next, text), end), text);
        for (var i = 0; i < repeat.Min; i++)
            next = Compile(repeat.Body, next, text);
        return next;
    }

    private int SetOf(CodePointSet set)
    {
        if (_setIndex.TryGetValue(set, out var index))
            return index;
        _setIndex.Add(set, _sets.Count);
        _sets.Add(set);
        return _sets.Count - 1;
    }

    private int Add(Instruction instruction, string text)
    {
        if (_instructions.Count == MaxInstructions)
            throw new Re2SyntaxException($"expression too large: `{(text.Length <= 60 ? text : text[..57] + "...")}`");
        _instructions.Add(instruction);
        return _instructions.Count - 1;
    }
}
