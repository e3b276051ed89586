using System.Globalization;
using System.Text;

namespace Dataplane.Engine;

/// <summary>The lines of steps about devices and sysctls in containers, and what is read from them.</summary>
internal static class DeviceSteps
{
    private const string Made = "device";
    private const string Moved = "moved";
    private const string Written = "sysctl";
    private const string Up = "up";
    private const string Down = "down";

    /// <summary>The line, without its end.</summary>
    public static string Line(AttachmentStep step)
    {
        if (step.Kind == StepKind.Sysctl)
        {
            // A value has tabs, or is empty.
            return string.Concat(
                string.Concat(Written, " ", step.Name, " "), step.Cookie.ToString(CultureInfo.InvariantCulture), " ", Convert.ToBase64String(Encoding.UTF8.GetBytes(step.Value)));
        }

        if (step.Kind == StepKind.Moved)
        {
            return string.Concat(string.Concat(Moved, " ", step.Name, " "), step.Cookie.ToString(CultureInfo.InvariantCulture), " ", step.IsUp ? Up : Down);
        }

        string line = string.Concat(Made, " ", step.Name, " ", step.Cookie.ToString(CultureInfo.InvariantCulture));
        return step.Mac.Length > 0 ? string.Concat(line, " ", step.Mac) : line;
    }

    /// <summary>Reads a line's words; null when it is none of these.</summary>
    public static AttachmentStep? Parse(string[] words)
    {
        if (words.Length is not (3 or 4) || !ulong.TryParse(words[2], NumberStyles.None, CultureInfo.InvariantCulture, out ulong cookie))
        {
            return null;
        }

        return words[0] switch
        {
            Made => AttachmentStep.Device(words[1], cookie, words.Length == 4 ? words[3] : ""),
            Written when words.Length == 4 => ParseSysctl(words[1], cookie, words[3]),
            Moved when words.Length == 4 && words[3] is Up or Down => AttachmentStep.Moved(words[1], cookie, words[3] == Up),
            _ => null,
        };
    }

    private static AttachmentStep? ParseSysctl(string path, ulong cookie, string value)
    {
        byte[] bytes = new byte[value.Length];
        return SysctlName.TryParsePath(path) is { } name && Convert.TryFromBase64String(value, bytes, out int length)
            ? AttachmentStep.Sysctl(new SysctlSetting(name, Encoding.UTF8.GetString(bytes, 0, length)), cookie)
            : null;
    }
}
