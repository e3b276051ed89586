using System.Net;
using Dataplane.Abi;
using Dataplane.Netlink;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests;

/// <summary>A node with its programs loaded, where devices come and go and uplinks are kept as an ADD does, without containers.</summary>
internal sealed class UplinkNode : IDisposable
{
    private readonly NodeBed _bed = new();

    public UplinkNode()
    {
        Outside = _bed.AddPod();
        Node = _bed.Host.Run(static () => Node.Open(new Dataplane.Bpf.NodeOptions { FlowEntries = 1024 }));
    }

    public TestNamespace Host => _bed.Host;

    /// <summary>Where the other ends of the node's devices are.</summary>
    public TestNamespace Outside { get; }

    public Node Node { get; }

    public Recording Log { get; } = new();

    /// <summary>What the next container's veth gets; 0: what the kernel counts.</summary>
    public int NextIndex { get; set; }

    /// <summary>Runs <c>ip</c> commands on the node, one a string.</summary>
    public void Ip(params ReadOnlySpan<string> commands)
    {
        foreach (string command in commands)
        {
            Host.Ip(command.Split(' '));
        }
    }

    /// <summary>A device of the node that leads out of it.</summary>
    public int AddDevice(string name, params ReadOnlySpan<string> addresses)
    {
        Ip($"link add {name} type veth peer name {name} netns {Outside.Name}");
        Outside.Ip("link", "set", name, "up");
        foreach (string address in addresses)
        {
            Ip($"address add {address} dev {name}{(address.Contains(':', StringComparison.Ordinal) ? " nodad" : "")}");
        }

        Ip($"link set {name} up");
        return Index(name);
    }

    public int Index(string name) => Node.Rtnl.FindLink(name)!.Index;

    /// <summary>What an ADD does: its veth is the newest device, and its generation says how far was looked.</summary>
    public void Keep(IReadOnlyList<string>? patterns = null)
    {
        string index = NextIndex == 0 ? "" : $" index {NextIndex}";
        Ip($"link add name pod{index} type veth peer name pod netns {Outside.Name}");
        int own = Index("pod");
        Host.Run(() =>
        {
            Uplinks.Keep(Node, own, Log, patterns);
            _ = Node.Programs.NextGeneration();
        });
        Ip("link delete pod");
    }

    public List<UplinkDevice> Refresh() => Host.Run(() => Uplinks.Refresh(Node, Log));

    public UplinkDevice Device(string name) => Host.Run(() => Uplinks.List(Node)).Single(d => d.Name == name);

    /// <summary>The names of the uplinks, all of which must run the programs; and nothing else may.</summary>
    public string Names
    {
        get
        {
            List<UplinkDevice> devices = Host.Run(() => Uplinks.List(Node));
            Assert.All(devices, d => Assert.True(d.IsUplink == d.IsAttached, $"{d.Name}: uplink {d.IsUplink}, runs the programs: {d.IsAttached}"));
            return string.Join(' ', devices.Where(d => d.IsUplink).Select(d => d.Name).Order(StringComparer.Ordinal));
        }
    }

    public IEnumerable<string> LocalAddresses => Node.Programs.LocalAddresses.Entries().Select(static row => Text(row.Key)).Order(StringComparer.Ordinal);

    public DeviceRow? Row(string name) => Node.Programs.Devices.TryLookup((uint)Index(name), out DeviceRow row) ? row : null;

    public void Dispose()
    {
        Host.Run(() => Dataplane.Bpf.NodePrograms.Remove(Node.Cookie));
        Node.Dispose();
        _bed.Dispose();
    }

    private static string Text(LocalAddress key)
    {
        var address = new IPAddress((ReadOnlySpan<byte>)key.Address);
        return (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();
    }

    /// <summary>What was told, a line each.</summary>
    internal sealed class Recording : ILog
    {
        public List<string> Lines { get; } = [];

        public void Debug(string line) => Lines.Add(line);

        public void Info(string line) => Lines.Add(line);

        public void Warn(string line) => Lines.Add($"warning: {line}");
    }
}
