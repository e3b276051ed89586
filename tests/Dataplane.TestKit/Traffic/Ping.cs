using System.Net;
using System.Net.Sockets;

namespace Dataplane.TestKit;

/// <summary>ICMP echo from a namespace.</summary>
public static class Ping
{
    /// <summary>
    /// True when every one of <paramref name="count"/> requests is answered; each has three seconds, so that the kernel may ask for a
    /// neighbour a second time. A request sent to a stale neighbour is lost all the same.
    /// </summary>
    public static bool Reaches(TestNamespace from, IPAddress target, int count = 1, int? payload = null) =>
        Run(from, target, count, payload).ExitStatus == 0;

    /// <summary>Pings and returns what ping said.</summary>
    public static ToolResult Run(TestNamespace from, IPAddress target, int count, int? payload = null) => from.Exec("ping",
        [target.AddressFamily == AddressFamily.InterNetworkV6 ? "-6" : "-4", "-n", "-c", count.ToString(), "-i", "0.05", "-W", "3",
         .. payload is { } bytes ? (string[])["-s", bytes.ToString()] : [], target.ToString()]);
}
