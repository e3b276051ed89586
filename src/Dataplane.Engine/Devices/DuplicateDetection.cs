using System.Diagnostics;
using System.Net.Sockets;
using Dataplane.Netlink;

namespace Dataplane.Engine;

/// <summary>Waits until the IPv6 addresses of an interface were looked for on its link (RFC 4862, 5.4).</summary>
internal static class DuplicateDetection
{
    private const uint DadFailed = 0x08;
    private const uint Tentative = 0x40;
    private const int TimeoutMs = 5000;
    private const int StepMs = 50;

    /// <summary>Waits for all of them.</summary>
    /// <exception cref="NodeException">Somebody has one of them, or it took too long although the link is up.</exception>
    public static void Await(RtnlSocket rtnl, int ifIndex, string ifName)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            bool tentative = false;
            foreach (AddressInfo address in rtnl.DumpAddresses(ifIndex, AddressFamily.InterNetworkV6))
            {
                if ((address.Flags & DadFailed) != 0)
                {
                    throw new NodeException($"link {ifName} has address {address.Address} in DADFAILED state");
                }

                tentative |= (address.Flags & Tentative) != 0;
            }

            if (!tentative)
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(start).TotalMilliseconds >= TimeoutMs)
            {
                // Without a carrier nothing is looked for: not this container's fault.
                if (rtnl.FindLink(ifIndex) is { IsOperUp: true })
                {
                    throw new NodeException($"link {ifName} still has tentative addresses after {TimeoutMs / 1000} seconds");
                }

                return;
            }

            Interruption.ThrowIfRequested();
            Thread.Sleep(StepMs);
        }
    }
}
