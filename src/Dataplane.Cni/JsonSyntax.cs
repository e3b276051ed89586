namespace Dataplane.Cni;

/// <summary>
/// Says why a text is not JSON in the words the reference's decoder uses, which tools match on. It runs only on texts
/// that <see cref="JsonTape"/> could not read.
/// </summary>
internal ref struct JsonSyntax
{
    private const int MaxDepth = 10000;
    private const string UnexpectedEnd = "unexpected end of JSON input";
    private readonly ReadOnlySpan<byte> _text;
    private int _at;
    private string? _error;

    private JsonSyntax(ReadOnlySpan<byte> text) => _text = text;

    /// <summary>The first thing wrong with a text, or null when it is JSON.</summary>
    /// <param name="text">The text.</param>
    public static string? Explain(ReadOnlySpan<byte> text)
    {
        var syntax = new JsonSyntax(text);
        if (syntax.Document())
        {
            syntax.SkipSpace();
            if (syntax._at < text.Length)
            {
                _ = syntax.Invalid("after top-level value");
            }
        }
        return syntax._error;
    }

    // Containers are kept on a stack of their closing brackets, not on the thread's: the text may nest deeper than that allows.
    private bool Document()
    {
        var closers = new Stack<byte>();
        while (true)
        {
            SkipSpace();
            if (!Here(out byte c))
            {
                return Fail(UnexpectedEnd);
            }
            if (c is (byte)'{' or (byte)'[')
            {
                if (closers.Count == MaxDepth)
                {
                    return Invalid("exceeded max depth");
                }
                _at++;
                closers.Push(c == '{' ? (byte)'}' : (byte)']');
                SkipSpace();
                if (Here(out c) && c == closers.Peek())
                {
                    _at++;
                    closers.Pop();
                }
                else
                {
                    if (closers.Peek() == '}' && !Key())
                    {
                        return false;
                    }
                    continue;
                }
            }
            else if (!Scalar(c))
            {
                return false;
            }

            // After a value: close what ends here, or go on to the next value.
            while (true)
            {
                if (closers.Count == 0)
                {
                    return true;
                }
                SkipSpace();
                if (!Here(out c))
                {
                    return Fail(UnexpectedEnd);
                }
                bool inObject = closers.Peek() == '}';
                if (c == closers.Peek())
                {
                    _at++;
                    closers.Pop();
                    continue;
                }
                if (c != ',')
                {
                    return Invalid(inObject ? "after object key:value pair" : "after array element");
                }
                _at++;
                if (inObject && !Key())
                {
                    return false;
                }
                break;
            }
        }
    }

    private bool Key()
    {
        SkipSpace();
        if (!Here(out byte c))
        {
            return Fail(UnexpectedEnd);
        }
        if (c != '"')
        {
            return Invalid("looking for beginning of object key string");
        }
        if (!String())
        {
            return false;
        }
        SkipSpace();
        if (!Here(out c))
        {
            return Fail(UnexpectedEnd);
        }
        if (c != ':')
        {
            return Invalid("after object key");
        }
        _at++;
        return true;
    }

    private bool Scalar(byte first) => first switch
    {
        (byte)'"' => String(),
        (byte)'t' => Literal("true"),
        (byte)'f' => Literal("false"),
        (byte)'n' => Literal("null"),
        (byte)'-' or (>= (byte)'0' and <= (byte)'9') => Number(),
        _ => Invalid("looking for beginning of value"),
    };

    private bool Literal(string word)
    {
        for (int i = 0; i < word.Length; i++, _at++)
        {
            if (!Here(out byte c) || c != word[i])
            {
                return Invalid($"in literal {word} (expecting '{word[i]}')");
            }
        }
        return true;
    }

    private bool String()
    {
        _at++;
        while (Here(out byte c))
        {
            if (c < 0x20)
            {
                return Invalid("in string literal");
            }
            _at++;
            if (c == '"')
            {
                return true;
            }
            if (c != '\\')
            {
                continue;
            }
            if (!Here(out c) || !"bfnrt\\/\"u".Contains((char)c))
            {
                return Invalid("in string escape code");
            }
            _at++;
            for (int i = 0; c == 'u' && i < 4; i++, _at++)
            {
                if (!Here(out byte digit) || !char.IsAsciiHexDigit((char)digit))
                {
                    return Invalid("in \\u hexadecimal character escape");
                }
            }
        }
        return Fail(UnexpectedEnd);
    }

    private bool Number()
    {
        if (Here(out byte c) && c == '-')
        {
            _at++;
        }
        if (Here(out c) && c == '0')
        {
            _at++;
        }
        else if (!Digits("in numeric literal"))
        {
            return false;
        }
        if (Here(out c) && c == '.')
        {
            _at++;
            if (!Digits("after decimal point in numeric literal"))
            {
                return false;
            }
        }
        if (Here(out c) && c is (byte)'e' or (byte)'E')
        {
            _at++;
            if (Here(out c) && c is (byte)'+' or (byte)'-')
            {
                _at++;
            }
            return Digits("in exponent of numeric literal");
        }
        return true;
    }

    private bool Digits(string context)
    {
        if (!Here(out byte c) || !char.IsAsciiDigit((char)c))
        {
            return Invalid(context);
        }
        while (Here(out c) && char.IsAsciiDigit((char)c))
        {
            _at++;
        }
        return true;
    }

    private readonly bool Here(out byte c)
    {
        c = _at < _text.Length ? _text[_at] : (byte)0;
        return _at < _text.Length;
    }

    private void SkipSpace()
    {
        while (Here(out byte c) && c is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            _at++;
        }
    }

    // Inside a token the end of the text counts as a space: "tru" fails for the space that is not the expected 'e'.
    private bool Invalid(string context) => Fail($"invalid character {GoText.QuoteByte(_at < _text.Length ? _text[_at] : (byte)' ')} {context}");

    private bool Fail(string error)
    {
        _error = error;
        return false;
    }
}
