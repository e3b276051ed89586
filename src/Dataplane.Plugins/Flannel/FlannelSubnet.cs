using System.Globalization;
using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>What flanneld says about this node: its file of KEY=VALUE lines.</summary>
internal sealed class FlannelSubnet
{
    private uint? _mtu;
    private bool? _masquerades;

    private FlannelSubnet()
    {
    }

    /// <summary>The networks of all nodes, IPv4's first.</summary>
    public List<IpPrefix> Networks { get; } = [];

    /// <summary>This node's subnets, IPv4's first.</summary>
    public List<IpPrefix> Subnets { get; } = [];

    /// <summary>The MTU that leaves room for flannel's headers.</summary>
    public uint Mtu => _mtu ?? 0;

    /// <summary>Whether flanneld masquerades itself.</summary>
    public bool Masquerades => _masquerades ?? false;

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="CniException">It is not there, or not whole.</exception>
    public static FlannelSubnet Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CniException(CniErrorCode.Internal, $"open {path}: no such file or directory", "flanneld writes it when it has a subnet for this node", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CniException(CniErrorCode.Internal, $"open {path}: {e.Message}", "", e);
        }
    }

    /// <summary>Reads the file's contents; other keys say nothing.</summary>
    /// <param name="text">The contents.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="CniException">A value is none, or something is missing.</exception>
    public static FlannelSubnet Parse(string text, string path)
    {
        var subnet = new FlannelSubnet();
        List<IpPrefix> networks6 = [], subnets6 = [];
        foreach (string line in text.Split('\n'))
        {
            int equals = line.IndexOf('=', StringComparison.Ordinal);
            string key = equals < 0 ? line : line[..equals], value = equals < 0 ? "" : line[(equals + 1)..].TrimEnd('\r');
            switch (key)
            {
                case "FLANNEL_NETWORK":
                    Read(subnet.Networks, value);
                    break;
                case "FLANNEL_SUBNET":
                    Read(subnet.Subnets, value);
                    break;
                case "FLANNEL_IPV6_NETWORK":
                    Read(networks6, value);
                    break;
                case "FLANNEL_IPV6_SUBNET":
                    Read(subnets6, value);
                    break;
                case "FLANNEL_MTU":
                    subnet._mtu = uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out uint mtu)
                        ? mtu
                        : throw Wrong($"strconv.ParseUint: parsing {GoText.Quote(value)}: invalid syntax");
                    break;
                case "FLANNEL_IPMASQ":
                    subnet._masquerades = value == "true";
                    break;
            }
        }

        subnet.Networks.AddRange(networks6);
        subnet.Subnets.AddRange(subnets6);
        subnet.RequireWhole(path);
        return subnet;
    }

    // The subnet is written as the address of the node in it: what counts is the prefix. Several networks are separated by commas.
    private static void Read(List<IpPrefix> prefixes, string value)
    {
        prefixes.Clear();
        foreach (string text in value.Split(','))
        {
            prefixes.Add(IpPrefix.TryParse(text, out IpPrefix prefix) ? prefix.Network : throw Wrong($"invalid CIDR address: {text}"));
        }
    }

    private void RequireWhole(string path)
    {
        List<string> missing = [];
        if (Networks.Count == 0)
        {
            missing.AddRange(["FLANNEL_NETWORK", "FLANNEL_IPV6_NETWORK"]);
        }

        if (Subnets.Count == 0)
        {
            missing.AddRange(["FLANNEL_SUBNET", "FLANNEL_IPV6_SUBNET"]);
        }

        if (_mtu is null)
        {
            missing.Add("FLANNEL_MTU");
        }

        if (_masquerades is null)
        {
            missing.Add("FLANNEL_IPMASQ");
        }

        if (missing.Count > 0)
        {
            throw Wrong($"{path} is missing {string.Join(", ", missing)}");
        }
    }

    private static CniException Wrong(string message) => new(CniErrorCode.Internal, message);
}
