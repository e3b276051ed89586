using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Dataplane.Cni;

/// <summary>CNI error objects as text.</summary>
public static class ErrorJson
{
    /// <summary>Writes an error object: indented by four spaces, without a newline at its end; <c>details</c> only when there are any.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="error">The failure.</param>
    public static void Write(Stream output, CniException error)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, JsonLayout.Indented))
        {
            json.WriteStartObject();
            json.WriteNumber("code"u8, (uint)error.Code);
            json.WriteString("msg"u8, error.Message);
            if (error.Details.Length > 0)
            {
                json.WriteString("details"u8, error.Details);
            }
            json.WriteEndObject();
        }
        output.Write(buffer.WrittenSpan);
    }

    /// <summary>Reads what a plugin that failed left behind.</summary>
    /// <param name="output">How its run ended; not with 0.</param>
    /// <returns>The plugin's own error; one of code <see cref="CniErrorCode.Unknown"/> that says what is known when it left none.</returns>
    public static CniException Read(PluginOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (output.Stdout.IsEmpty)
        {
            return new CniException(CniErrorCode.Unknown, output.Stderr.IsEmpty
                ? $"netplugin failed with no error message: {output.Failure}"
                : $"netplugin failed: {GoText.Quote(Encoding.UTF8.GetString(output.Stderr.Span))}: {output.Failure}")
            {
                LeavesNothing = output.NotStarted,
            };
        }
        try
        {
            JsonView json = JsonView.Parse(output.Stdout).AsObject();
            ulong code = json.GetUInt("code");
            string message = json.GetString("msg");
            return new CniException(
                code <= uint.MaxValue ? (CniErrorCode)code : throw json.Error($"json: cannot unmarshal number {code} into Go struct field .code of type uint"),
                message,
                json.GetString("details"))
            {
                // A result is an object as well: it was printed, and something happened then.
                LeavesNothing = code != 0 || message.Length > 0,
            };
        }
        catch (CniException e)
        {
            string text = GoText.Quote(Encoding.UTF8.GetString(output.Stdout.Span));
            return new CniException(CniErrorCode.Unknown, $"netplugin failed but error parsing its diagnostic message {text}: {e.Message}", "", e);
        }
    }
}
