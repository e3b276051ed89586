using System.Globalization;
using System.Text;

namespace Dataplane.Engine;

/// <summary>Where the bus is: "unix:path=/run/dbus/system_bus_socket", several of them with ';' between, in the order they are to be tried.</summary>
internal static class BusAddress
{
    /// <summary>Where the system's bus is, unless somebody says otherwise.</summary>
    public const string Default = "unix:path=/run/dbus/system_bus_socket";

    // sizeof(sockaddr_un.sun_path).
    private const int LongestPath = 108;

    /// <summary>The sockets' names as sun_path has them: a path, or after a zero byte an abstract name. What is no unix socket is passed over.</summary>
    public static List<byte[]> Sockets(string address)
    {
        List<byte[]> sockets = [];
        foreach (string entry in address.Split(';'))
        {
            if (!entry.StartsWith("unix:", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (string pair in entry["unix:".Length..].Split(','))
            {
                bool isAbstract = pair.StartsWith("abstract=", StringComparison.Ordinal);
                if (!isAbstract && !pair.StartsWith("path=", StringComparison.Ordinal))
                {
                    continue;
                }

                byte[] name = Unescape(pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]);
                byte[] path = isAbstract ? [0, .. name] : [.. name, 0];
                if (name.Length > 0 && path.Length <= LongestPath)
                {
                    sockets.Add(path);
                }
            }
        }

        return sockets;
    }

    // "%20".
    private static byte[] Unescape(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        var result = new List<byte>(bytes.Length);
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] == '%' && i + 2 < bytes.Length && byte.TryParse(bytes.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte escaped))
            {
                result.Add(escaped);
                i += 2;
            }
            else
            {
                result.Add(bytes[i]);
            }
        }

        return [.. result];
    }
}
