using Dataplane.Abi;
using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.Netlink;
using Dataplane.Netlink.Diagnosis;

namespace Dataplane.Engine;

/// <summary>
/// A UDP socket of the node that asked for a host port is connected to the pod's address, and goes on sending there when the port
/// leads elsewhere or nowhere: nobody answers, and nobody says so. Such sockets lose their connection (recv(2) says
/// ECONNABORTED, send(2) EDESTADDRREQ), so that their processes ask again. Datagrams that name their destination are
/// translated one by one, and TCP notices by itself.
/// </summary>
internal static class StaleSockets
{
    /// <summary>Closes the sockets that ask for host ports which led to these containers.</summary>
    /// <param name="programs">The node's programs.</param>
    /// <param name="gone">UDP ports that no row leads to any more.</param>
    /// <param name="log">What is told; also that the kernel cannot do it.</param>
    public static void Close(NodePrograms programs, List<PodPort> gone, ILog? log)
    {
        if (gone.Count == 0)
        {
            return;
        }

        try
        {
            CloseAll(programs, gone, log);
        }
        catch (Exception e) when (e is LinuxException or NetlinkException)
        {
            log?.Warn($"UDP sockets of the node that are connected to a container's host port stay as they are: {e.Message}");
        }
    }

    private static void CloseAll(NodePrograms programs, List<PodPort> gone, ILog? log)
    {
        // Mostly nobody asked. The map is bounded, and read in a few calls.
        var cookies = new HashSet<ulong>();
        var asked = new HashSet<PodPort>();
        foreach ((SocketPeerKey key, SocketPeerRow _) in programs.SocketPeers.Entries())
        {
            PodPort pod = PodPort.Of(key.Address, key.Port);
            if (gone.Contains(pod))
            {
                cookies.Add(key.Cookie);
                asked.Add(pod);
            }
        }

        if (asked.Count == 0)
        {
            return;
        }

        using UdpSockets sockets = UdpSockets.Open();
        Span<byte> address = stackalloc byte[16];
        foreach (PodPort pod in asked)
        {
            pod.CopyTo(address);
            foreach (UdpSocket socket in sockets.ConnectedTo(address, pod.Port))
            {
                // Others know the container by its own address, and may have their reasons.
                if (cookies.Contains(socket.Cookie) && sockets.Close(socket))
                {
                    log?.Debug("closed a UDP socket of the node that was connected to a host port of this container");
                }
            }
        }
    }
}
