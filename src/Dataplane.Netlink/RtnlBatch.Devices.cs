using System.Text;
using Dataplane.Interop;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Devices of one end: made in a namespace, moved between namespaces.
public sealed partial class RtnlBatch
{
    /// <summary>Creates a device where it belongs, under its final name, in one message.</summary>
    /// <param name="spec">The device.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch CreateDevice(DeviceSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Begin(string.Concat("create ", spec.Kind), spec.Name, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, default(ifinfomsg));
        Identity(spec.Name, spec.Mac, spec.Mtu);
        if (spec.MasterIndex != 0)
        {
            _writer.Attribute(IFLA_LINK, spec.MasterIndex);
        }

        if (spec.Namespace is { } ns)
        {
            _writer.Attribute(IFLA_NET_NS_FD, ns.Number);
        }

        int info = _writer.BeginNested(IFLA_LINKINFO);
        _writer.Attribute(IFLA_INFO_KIND, spec.Kind);
        if (spec.Attributes.Count > 0)
        {
            int data = _writer.BeginNested(IFLA_INFO_DATA);
            foreach (DeviceAttribute attribute in spec.Attributes)
            {
                if (attribute.IsShort)
                {
                    _writer.Attribute(attribute.Type, (ushort)attribute.Value);
                }
                else
                {
                    _writer.Attribute(attribute.Type, attribute.Value);
                }
            }

            _writer.EndNested(data);
        }

        _writer.EndNested(info);
        return End();
    }

    /// <summary>
    /// Asks for a device of a kind with an address that no device may have: a kernel that knows the kind refuses the address, one that does not refuses
    /// the kind (EOPNOTSUPP). Nothing is created.
    /// </summary>
    internal RtnlBatch ProbeKind(string kind)
    {
        Begin("probe kind", kind, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, default(ifinfomsg));
        _writer.Attribute(IFLA_IFNAME, "probe");
        _writer.Attribute(IFLA_ADDRESS, default(MacAddress));
        int info = _writer.BeginNested(IFLA_LINKINFO);
        _writer.Attribute(IFLA_INFO_KIND, kind);
        _writer.EndNested(info);
        return End();
    }

    /// <summary>Moves a device into another namespace, where it has another name from the first moment on.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="ns">The namespace.</param>
    /// <param name="name">Its name there.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch MoveLink(int ifindex, FileDescriptor ns, string name)
    {
        ArgumentNullException.ThrowIfNull(ns);
        Begin("move link", Subject(ifindex), RTM_NEWLINK, 0, new ifinfomsg { ifi_index = ifindex });
        _writer.Attribute(IFLA_NET_NS_FD, ns.Number);
        _writer.Attribute(IFLA_IFNAME, name);
        return End();
    }

    /// <summary>Renames a device, which is down.</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="name">Its new name.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch SetName(int ifindex, string name)
    {
        Begin("rename link", Subject(ifindex), RTM_SETLINK, 0, new ifinfomsg { ifi_index = ifindex });
        _writer.Attribute(IFLA_IFNAME, name);
        return End();
    }

    /// <summary>Sets what a device is called for people (ifalias).</summary>
    /// <param name="ifindex">The device.</param>
    /// <param name="alias">The text; empty: none.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch SetAlias(int ifindex, string alias)
    {
        ArgumentNullException.ThrowIfNull(alias);
        Begin("set alias", Subject(ifindex), RTM_SETLINK, 0, new ifinfomsg { ifi_index = ifindex });
        // Without the end that other texts have: the kernel would keep it, and an empty alias would be one of a byte.
        _writer.Attribute(IFLA_IFALIAS, Encoding.UTF8.GetBytes(alias).AsSpan());
        return End();
    }
}
