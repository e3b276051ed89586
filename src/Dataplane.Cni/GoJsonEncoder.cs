using System.Text.Encodings.Web;

namespace Dataplane.Cni;

/// <summary>
/// Escapes in strings as Go's encoding/json does (Go 1.19, of which the reference plugins are built): quotes, control characters, what HTML and
/// JavaScript would take amiss, and U+FFFD in the place of what is no character; everything else goes as it is.
/// </summary>
/// <remarks>
/// The framework's own encoders make a table of 65 536 characters when they are first used, which each plugin's process would do.
/// </remarks>
internal sealed class GoJsonEncoder : JavaScriptEncoder
{
    private const string Hex = "0123456789abcdef";

    /// <summary>The one there is: it has no state.</summary>
    public static GoJsonEncoder Instance { get; } = new();

    /// <inheritdoc/>
    public override int MaxOutputCharactersPerInputCharacter => 6;

    /// <inheritdoc/>
    public override bool WillEncode(int unicodeScalar) => unicodeScalar switch
    {
        < ' ' or '"' or '\\' or '<' or '>' or '&' or '\u2028' or '\u2029' => true,
        _ => false,
    };

    /// <inheritdoc/>
    public override unsafe int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (int i = 0; i < textLength; i++)
        {
            char c = text[i];
            if (WillEncode(c))
            {
                return i;
            }

            if (char.IsSurrogate(c))
            {
                if (!char.IsHighSurrogate(c) || i + 1 == textLength || !char.IsLowSurrogate(text[i + 1]))
                {
                    return i;
                }

                i++;
            }
        }

        return -1;
    }

    /// <inheritdoc/>
    public override unsafe bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var output = new Span<char>(buffer, bufferLength);
        char? letter = unicodeScalar switch { '\n' => 'n', '\r' => 'r', '\t' => 't', '"' => '"', '\\' => '\\', _ => null };
        numberOfCharactersWritten = 0;
        if (output.Length < (letter is null ? 6 : 2))
        {
            return false;
        }

        output[0] = '\\';
        if (letter is { } one)
        {
            output[1] = one;
            numberOfCharactersWritten = 2;
            return true;
        }

        // Nothing beyond U+FFFF is ever escaped.
        output[1] = 'u';
        for (int i = 0; i < 4; i++)
        {
            output[2 + i] = Hex[(unicodeScalar >> (12 - (4 * i))) & 0xf];
        }

        numberOfCharactersWritten = 6;
        return true;
    }
}
