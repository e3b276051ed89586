using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using Dataplane.Abi;
using Dataplane.Benchmarks.Native;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Bpf;
using Dataplane.Netlink;

namespace Dataplane.Benchmarks.Beds;

/// <summary>A node with the rows of two pods and no traffic: packets are handed to the programs by BPF_PROG_TEST_RUN.</summary>
internal sealed class PacketBed : IDisposable
{
    // struct __sk_buff (linux/bpf.h)
    private const int ContextSize = 192;
    private const int IngressIfindexOffset = 36;
    private const int IfindexOffset = 40;

    private readonly uint _domain;
    private readonly Bed _bed = new(Side.Ours);
    private readonly NodePrograms _programs;
    private readonly InstructionCounter? _instructions = InstructionCounter.TryOpen();
    private readonly ulong _cookie;

    public PacketBed()
    {
        using NetworkNamespace host = NetworkNamespace.Open(_bed.Host);
        using RtnlSocket rtnl = RtnlSocket.Open(host);
        string name = Path.GetFileName(_bed.Host);
        Command.Run("ip", "-n", name, "link", "add", "va", "type", "veth", "peer", "name", "vb");
        Command.Run("ip", "-n", name, "link", "add", "vc", "type", "bridge");
        Command.Run("ip", "-n", name, "link", "add", "vd", "type", "bridge");
        Command.Run("ip", "-n", name, "address", "add", "10.1.0.254/24", "dev", "vd");
        Command.Run("ip", "-n", name, "link", "set", "vd", "up");
        _ = _bed.AddOutside();
        // As which frames from outside reach the node: those to another one are the stack's.
        Command.Run("ip", "-n", name, "link", "set", "uplink", "address", string.Join(':', MacA.Select(part => part.ToString("x2"))));
        using (new InNamespace(_bed.Host))
        {
            File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
        }

        _domain = (uint)rtnl.FindLink("vd")!.Index;
        Uplink = (uint)rtnl.FindLink("uplink")!.Index;
        A = (uint)rtnl.FindLink("va")!.Index;
        B = (uint)rtnl.FindLink("vb")!.Index;
        Stranger = (uint)rtnl.FindLink("vc")!.Index;
        _cookie = host.Cookie;
        _programs = NodePrograms.Ensure(host.Cookie, new NodeOptions());
    }

    /// <summary>Ifindex of the sender.</summary>
    public uint A { get; }

    /// <summary>Ifindex of the receiver.</summary>
    public uint B { get; }

    /// <summary>Ifindex of the way out of the node.</summary>
    public uint Uplink { get; }

    /// <summary>Ifindex of a device that is nobody's.</summary>
    public uint Stranger { get; }

    /// <summary>MAC of the sender.</summary>
    public static byte[] MacA { get; } = [2, 0, 0, 0, 0, 1];

    /// <summary>MAC of the receiver, and of what routes to it: a packet that is run again still goes to its gateway.</summary>
    public static byte[] MacB { get; } = [2, 0, 0, 0, 0, 2];

    /// <summary>Instructions of the last run, the kernel's loop included; null where the machine has no counter.</summary>
    public ulong? Instructions { get; private set; }

    /// <summary>Forgets all flows and makes both pods bridged or routed.</summary>
    /// <param name="bridged">Whether they are ports of one bridge.</param>
    /// <param name="limits">What both pods' flags say besides.</param>
    public void Reset(bool bridged, EndpointFlags limits = EndpointFlags.None)
    {
        foreach ((Flow4Key key, Flow _) in _programs.Flows4.Entries())
        {
            _programs.Flows4.Delete(key);
        }

        foreach ((Flow6Key key, Flow _) in _programs.Flows6.Entries())
        {
            _programs.Flows6.Delete(key);
        }

        foreach ((NatKey key, NatRow _) in _programs.Nat.Entries())
        {
            _programs.Nat.Delete(key);
        }

        Put(A, MacA, "10.1.0.1", "fd01::1", bridged, limits);
        Put(B, MacB, "10.1.0.2", "fd01::2", bridged, limits);
        var uplink = new DeviceRow { Flags = DeviceFlags.Uplink, Generation = Uplink };
        IPAddress.Parse(Bed.HostAddress).GetAddressBytes().CopyTo(uplink.Source4);
        _programs.Devices.Update(Uplink, uplink);
        var port = new HostPortKey { Port = BinaryPrimitives.ReverseEndianness(Packet.HostPort), Protocol = Packet.Tcp };
        IPAddress.Any.MapToIPv6().GetAddressBytes().CopyTo(port.Address);
        var mapping = new HostPortRow { Port = BinaryPrimitives.ReverseEndianness(Packet.HostPort), Endpoint = new FlowSide { Ifindex = B, Generation = B } };
        IPAddress.Parse("10.1.0.2").MapToIPv6().GetAddressBytes().CopyTo(mapping.Address);
        _programs.HostPorts.Update(port, mapping);
    }

    /// <summary>The pod behind a device sends a frame, again and again.</summary>
    /// <returns>Verdict and mean nanoseconds.</returns>
    public BpfTestResult FromPod(uint ifindex, byte[] frame, uint repeat) => Run(_programs.FromPod, ifindex, 0, frame, repeat);

    /// <summary>The stack sends a frame to the pod behind a device.</summary>
    /// <returns>Verdict and mean nanoseconds.</returns>
    public BpfTestResult ToPod(uint ifindex, uint ingress, byte[] frame, uint repeat) => Run(_programs.ToPod, ifindex, ingress, frame, repeat);

    /// <summary>The stack, or from_pod, sends a frame out of the node.</summary>
    public BpfTestResult ToUplink(uint ingress, byte[] frame, uint repeat) => Run(_programs.ToUplink, Uplink, ingress, frame, repeat);

    /// <summary>A frame comes in from outside.</summary>
    public BpfTestResult FromUplink(byte[] frame, uint repeat) => Run(_programs.FromUplink, Uplink, 0, frame, repeat);

    /// <summary>A pod's own device sends a frame into its queue.</summary>
    public BpfTestResult PodLimit(uint ifindex, byte[] frame, uint repeat) => Run(_programs.PodLimit, ifindex, 0, frame, repeat);

    /// <summary>Limits a pod both ways, to what no run reaches: what is measured is what each packet costs.</summary>
    public void Limit(uint ifindex)
    {
        foreach (LimitDirection direction in (ReadOnlySpan<LimitDirection>)[LimitDirection.Ingress, LimitDirection.Egress])
        {
            var key = new LimitKey { Ifindex = ifindex, Direction = direction };
            _programs.LimitStates.Update(key, default);
            _programs.Limits.Update(key, new LimitRow
            {
                Rate = 1UL << 40, Burst = 1 << 20, Idle = 1_000_000, Horizon = 25_000_000, Mark = 5_000_000, Flags = LimitFlags.Edt, Generation = ifindex,
            });
        }

        _programs.LimitPods.Update(new LimitPodKey { NetnsCookie = _cookie, Ifindex = ifindex }, new LimitPod { Ifindex = ifindex, Generation = ifindex });
    }

    public void Dispose()
    {
        _instructions?.Dispose();
        _programs.Dispose();
        _bed.Dispose();
    }

    private BpfTestResult Run(BpfProgram program, uint ifindex, uint ingress, byte[] frame, uint repeat)
    {
        Span<byte> context = stackalloc byte[ContextSize];
        context.Clear();
        MemoryMarshal.Write(context[IngressIfindexOffset..], ingress);
        MemoryMarshal.Write(context[IfindexOffset..], ifindex);
        // The kernel looks the device up in the caller's namespace.
        using var inside = new InNamespace(_bed.Host);
        ulong? before = _instructions?.Count;
        BpfTestResult result = program.TestRun(frame, [], context, repeat);
        Instructions = _instructions?.Count - before;
        return result;
    }

    private void Put(uint ifindex, byte[] mac, string address4, string address6, bool bridged, EndpointFlags limits)
    {
        var endpoint = new Endpoint
        {
            Flags = EndpointFlags.Masquerade | (bridged ? EndpointFlags.L2 : EndpointFlags.None) | limits,
            Generation = ifindex,
            Domain = _domain,
            Mtu = 1500,
            MasqPortMin = 32768,
            MasqPortMax = 65535,
        };
        mac.CopyTo(endpoint.Mac);
        MacB.CopyTo(endpoint.GatewayMac);
        _programs.Endpoints.Update(ifindex, endpoint);
        foreach (string address in (string[])[address4, address6])
        {
            var key = new AddressKey { Domain = _domain };
            IPAddress.Parse(address).MapToIPv6().GetAddressBytes().CopyTo(key.Address);
            _programs.Addresses.Update(key, new AddressRow { Ifindex = ifindex, Generation = ifindex });
        }
    }
}
