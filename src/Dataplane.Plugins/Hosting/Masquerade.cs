using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>
/// The fields ipMasq and ipMasqBackend of bridge and ptp. The backend is validated as the reference does, and means nothing more: no rule is
/// written whatever it is.
/// </summary>
internal static class Masquerade
{
    /// <summary>Throws for a backend nobody knows.</summary>
    /// <param name="root">The configuration.</param>
    /// <exception cref="CniException">"unknown ipmasq backend …".</exception>
    public static void Validate(JsonView root)
    {
        string backend = root.GetString("ipMasqBackend");
        if (root.GetBool("ipMasq") && backend is not ("" or "iptables" or "nftables"))
        {
            throw new CniException(CniErrorCode.Internal, $"unknown ipmasq backend \"{backend}\"");
        }
    }

    /// <summary>How a container is masqueraded; null: it is not.</summary>
    /// <param name="root">The configuration.</param>
    /// <param name="own">What is ours alone.</param>
    public static MasqueradeOptions? Options(JsonView root, DataplaneOptions own) => !root.GetBool("ipMasq") ? null : new MasqueradeOptions
    {
        Exclusions = own.NonMasqueradeCidrs,
        LinkLocal = own.MasqueradeLinkLocal,
        PortMin = own.MasqueradePortMin,
        PortMax = own.MasqueradePortMax,
    };
}
