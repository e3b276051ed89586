using System.Text;

namespace Dataplane.Plugins;

/// <summary>A pattern as instructions that run over a text once, all ways at the same time: no pattern takes long.</summary>
internal sealed class PatternProgram
{
    private const int MostInstructions = 20_000;
    private readonly List<PatternInstruction> _instructions = [];

    /// <summary>How many instructions there are.</summary>
    public int Length => _instructions.Count;

    /// <summary>Adds one.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <exception cref="FormatException">There are too many.</exception>
    public PatternInstruction Add(PatternInstruction instruction)
    {
        if (_instructions.Count == MostInstructions)
        {
            throw new FormatException("expression too large");
        }

        _instructions.Add(instruction);
        return instruction;
    }

    /// <summary>Whether it matches somewhere in a text.</summary>
    /// <param name="text">The text.</param>
    public bool IsMatch(string text)
    {
        var at = new HashSet<int>();
        var next = new HashSet<int>();
        Rune? before = null;
        int position = 0;
        while (true)
        {
            Rune? after = null;
            if (position < text.Length && Rune.DecodeFromUtf16(text.AsSpan(position), out Rune character, out int length) >= 0)
            {
                after = character;
                position += length;
            }

            // It may begin anywhere.
            if (Follow(0, at, before, after))
            {
                return true;
            }

            if (after is not { } taken)
            {
                return false;
            }

            next.Clear();
            foreach (int i in at)
            {
                PatternInstruction instruction = _instructions[i];
                if (instruction.Operation == PatternOperation.Character && instruction.Set!.Contains(taken))
                {
                    next.Add(i + 1);
                }
            }

            before = after;
            at.Clear();
            Rune? following = position < text.Length && Rune.DecodeFromUtf16(text.AsSpan(position), out Rune ahead, out _) >= 0 ? ahead : null;
            foreach (int i in next)
            {
                if (Follow(i, at, before, following))
                {
                    return true;
                }
            }
        }
    }

    // Adds an instruction and all that it leads to without a character. True: the end is among them.
    private bool Follow(int start, HashSet<int> reached, Rune? before, Rune? after)
    {
        var pending = new Stack<int>();
        pending.Push(start);
        while (pending.TryPop(out int i))
        {
            if (!reached.Add(i))
            {
                continue;
            }

            PatternInstruction instruction = _instructions[i];
            switch (instruction.Operation)
            {
                case PatternOperation.Match:
                    return true;
                case PatternOperation.Jump:
                    pending.Push(instruction.Target);
                    break;
                case PatternOperation.Split:
                    pending.Push(instruction.Target);
                    pending.Push(instruction.Other);
                    break;
                case PatternOperation.Condition when Holds(instruction.Condition, before, after):
                    pending.Push(i + 1);
                    break;
            }
        }

        return false;
    }

    private static bool Holds(PatternCondition condition, Rune? before, Rune? after) => condition switch
    {
        PatternCondition.BeginText => before is null,
        PatternCondition.EndText => after is null,
        PatternCondition.BeginLine => before is null or { Value: '\n' },
        PatternCondition.EndLine => after is null or { Value: '\n' },
        PatternCondition.WordBoundary => IsWord(before) != IsWord(after),
        _ => IsWord(before) == IsWord(after),
    };

    private static bool IsWord(Rune? character) => character is { IsAscii: true } c && (char.IsAsciiLetterOrDigit((char)c.Value) || c.Value == '_');
}
