namespace Dataplane.Plugins;

/// <summary>A part of a pattern as it was written.</summary>
internal sealed class PatternNode
{
    /// <summary>One character; null: none.</summary>
    public CharacterSet? Set { get; init; }

    /// <summary>A condition; null: none.</summary>
    public PatternCondition? Condition { get; init; }

    /// <summary>Parts one after the other, or in place of each other.</summary>
    public List<PatternNode> Parts { get; init; } = [];

    /// <summary>The parts are in place of each other.</summary>
    public bool IsChoice { get; init; }

    /// <summary>How often at least.</summary>
    public int Least { get; init; } = 1;

    /// <summary>How often at most; null: without end.</summary>
    public int? Most { get; init; } = 1;

    /// <summary>Adds its instructions.</summary>
    /// <param name="program">To what.</param>
    /// <exception cref="FormatException">There are too many.</exception>
    public void Emit(PatternProgram program)
    {
        for (int i = 0; i < Least; i++)
        {
            EmitOnce(program);
        }

        if (Most is null)
        {
            PatternInstruction loop = program.Add(new PatternInstruction(PatternOperation.Split));
            int start = program.Length;
            EmitOnce(program);
            program.Add(new PatternInstruction(PatternOperation.Jump) { Target = start - 1 });
            (loop.Target, loop.Other) = (start, program.Length);
        }

        for (int i = Least; i < Most; i++)
        {
            PatternInstruction split = program.Add(new PatternInstruction(PatternOperation.Split));
            split.Target = program.Length;
            EmitOnce(program);
            split.Other = program.Length;
        }
    }

    private void EmitOnce(PatternProgram program)
    {
        if (Set is not null)
        {
            program.Add(new PatternInstruction(PatternOperation.Character) { Set = Set });
        }
        else if (Condition is { } condition)
        {
            program.Add(new PatternInstruction(PatternOperation.Condition) { Condition = condition });
        }
        else if (IsChoice)
        {
            EmitChoice(program);
        }
        else
        {
            foreach (PatternNode part in Parts)
            {
                part.Emit(program);
            }
        }
    }

    private void EmitChoice(PatternProgram program)
    {
        List<PatternInstruction> ends = [];
        for (int i = 0; i < Parts.Count; i++)
        {
            bool last = i == Parts.Count - 1;
            PatternInstruction? split = last ? null : program.Add(new PatternInstruction(PatternOperation.Split));
            int start = program.Length;
            Parts[i].Emit(program);
            if (split is not null)
            {
                ends.Add(program.Add(new PatternInstruction(PatternOperation.Jump)));
                (split.Target, split.Other) = (start, program.Length);
            }
        }

        foreach (PatternInstruction end in ends)
        {
            end.Target = program.Length;
        }
    }
}
