using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Virtual routing and forwarding.
public sealed partial class RtnlBatch
{
    /// <summary>Creates a VRF, which is up at once.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="table">The table that its devices are routed by.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch CreateVrf(string name, uint table)
    {
        Begin("create vrf", name, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ECHO, new ifinfomsg { ifi_flags = IFF_UP, ifi_change = IFF_UP });
        Identity(name, null, 0);
        int info = _writer.BeginNested(IFLA_LINKINFO);
        _writer.Attribute(IFLA_INFO_KIND, "vrf");
        int data = _writer.BeginNested(IFLA_INFO_DATA);
        _writer.Attribute(IFLA_VRF_TABLE, table);
        _writer.EndNested(data);
        _writer.EndNested(info);
        return End();
    }
}
