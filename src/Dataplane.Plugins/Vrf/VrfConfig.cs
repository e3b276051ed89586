using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>The vrf plugin's configuration.</summary>
/// <param name="Name">The VRF.</param>
/// <param name="Table">Its table; 0: any.</param>
internal sealed record VrfConfig(string Name, uint Table)
{
    /// <summary>Reads and validates it.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">The reference's texts.</exception>
    public static VrfConfig Parse(CniRequest request)
    {
        JsonView root = request.Config.Root.WithErrors(CniErrorCode.Internal, "failed to load netconf: ");
        ulong table = root.GetUInt("table");
        if (table > uint.MaxValue)
        {
            throw root.Error($"json: cannot unmarshal number {table} into Go struct field .table of type uint32");
        }

        string name = root.GetString("vrfname");
        if (name.Length == 0)
        {
            throw new CniException(CniErrorCode.Internal, "configuration is expected to have a valid vrf name");
        }

        return new VrfConfig(name, (uint)table);
    }
}
