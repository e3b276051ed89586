using System.Text;

namespace Dataplane.Plugins;

/// <summary>
/// Reads regular expressions as Go's package regexp does, with its errors: RE2's syntax with Perl's classes. The list of sysctls is an operator's own, written for the
/// reference; another dialect would allow what was not meant. Scripts of Unicode (\p{Greek}) are not known.
/// </summary>
internal sealed class PatternParser
{
    private const int MostNested = 1000;
    private readonly string _text;
    private int _at;
    private int _depth;
    private PatternFlags _flags;

    private PatternParser(string text) => _text = text;

    /// <summary>Reads one.</summary>
    /// <param name="text">The expression.</param>
    /// <exception cref="FormatException">It is none, in Go's words.</exception>
    public static PatternProgram Parse(string text)
    {
        var parser = new PatternParser(text);
        PatternNode node = parser.Choice();
        if (parser._at < text.Length)
        {
            throw Wrong("unexpected )", text);
        }

        var program = new PatternProgram();
        node.Emit(program);
        program.Add(new PatternInstruction(PatternOperation.Match));
        return program;
    }

    private static FormatException Wrong(string what, string where) => new($"{what}: `{where}`");

    private bool Skip(string prefix)
    {
        bool there = string.CompareOrdinal(_text, _at, prefix, 0, prefix.Length) == 0;
        _at += there ? prefix.Length : 0;
        return there;
    }

    // A question mark behind it says which of several matches is taken, not whether there is one.
    private int PastLazy()
    {
        _ = Skip("?");
        return _at;
    }

    private PatternNode Choice()
    {
        if (++_depth > MostNested)
        {
            throw Wrong("expression nests too deeply", _text);
        }

        PatternFlags flags = _flags;
        List<PatternNode> parts = [Sequence()];
        while (Skip("|"))
        {
            parts.Add(Sequence());
        }

        _flags = flags;
        _depth--;
        return parts.Count == 1 ? parts[0] : new PatternNode { Parts = parts, IsChoice = true };
    }

    private PatternNode Sequence()
    {
        List<PatternNode> parts = [];
        while (_at < _text.Length && _text[_at] is not ('|' or ')'))
        {
            int start = _at;
            if (PatternRepeats.Read(_text, ref _at, out _, out _))
            {
                // Behind flags it is for what is before them.
                _at = parts.Count > 0 ? start : PastLazy();
                parts[^1] = parts.Count > 0 ? Repeated(parts[^1]) : throw Wrong("missing argument to repetition operator", _text[start.._at]);
                continue;
            }

            if (Skip(@"\Q"))
            {
                Quoted(parts);
            }
            else if (Atom() is { } atom)
            {
                parts.Add(Repeated(atom));
            }
        }

        return parts.Count == 1 ? parts[0] : new PatternNode { Parts = parts };
    }

    private void Quoted(List<PatternNode> parts)
    {
        while (_at < _text.Length && !Skip(@"\E"))
        {
            parts.Add(Single(Next()));
        }

        if (parts.Count > 0)
        {
            parts[^1] = Repeated(parts[^1]);
        }
    }

    private PatternNode Repeated(PatternNode node)
    {
        int start = _at;
        if (!PatternRepeats.Read(_text, ref _at, out int least, out int? most))
        {
            return node;
        }

        _ = PastLazy();
        if (PatternRepeats.Read(_text, ref _at, out _, out _))
        {
            throw Wrong("invalid nested repetition operator", _text[start..PastLazy()]);
        }

        return new PatternNode { Parts = [node], Least = least, Most = most };
    }

    // Null: flags, which are no part of the text.
    private PatternNode? Atom()
    {
        if (_text[_at] == '(')
        {
            return Group();
        }

        if (_text[_at] == '[')
        {
            return new PatternNode { Set = new PatternClassParser(_text, _flags).Class(ref _at) };
        }

        if (Skip("."))
        {
            CharacterSet any = NewSet();
            any.Add(0, _flags.HasFlag(PatternFlags.DotIsAll) ? 0x10ffff : '\n' - 1);
            any.Add('\n' + 1, 0x10ffff);
            return new PatternNode { Set = any };
        }

        bool lines = _flags.HasFlag(PatternFlags.Lines);
        if (Skip("^"))
        {
            return On(lines ? PatternCondition.BeginLine : PatternCondition.BeginText);
        }

        if (Skip("$"))
        {
            return On(lines ? PatternCondition.EndLine : PatternCondition.EndText);
        }

        if (_text[_at] != '\\')
        {
            return Single(Next());
        }

        return Skip(@"\A") ? On(PatternCondition.BeginText)
            : Skip(@"\z") ? On(PatternCondition.EndText)
            : Skip(@"\b") ? On(PatternCondition.WordBoundary)
            : Skip(@"\B") ? On(PatternCondition.NoWordBoundary)
            : new PatternNode { Set = new PatternClassParser(_text, _flags).Escaped(ref _at) };
    }

    private PatternNode? Group()
    {
        int start = _at++;
        PatternFlags flags = _flags;
        if (Skip("?"))
        {
            if (Skip("P<") || Skip("<"))
            {
                PatternGroup.SkipName(_text, start, ref _at);
            }
            else if (!PatternGroup.ReadFlags(_text, start, ref _at, ref _flags))
            {
                return null;
            }
        }

        PatternNode inside = Choice();
        if (!Skip(")"))
        {
            throw Wrong("missing closing )", _text);
        }

        _flags = flags;
        return new PatternNode { Parts = [inside] };
    }

    private Rune Next()
    {
        _ = Rune.DecodeFromUtf16(_text.AsSpan(_at), out Rune character, out int length);
        _at += length;
        return character;
    }

    private PatternNode Single(Rune character)
    {
        CharacterSet set = NewSet();
        set.Add(character.Value, character.Value);
        return new PatternNode { Set = set };
    }

    private CharacterSet NewSet() => new() { IgnoresCase = _flags.HasFlag(PatternFlags.IgnoresCase) };

    private static PatternNode On(PatternCondition condition) => new() { Condition = condition };
}
