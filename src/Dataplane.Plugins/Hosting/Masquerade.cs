using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>The fields ipMasq and ipMasqBackend of bridge and ptp. They are validated as the reference does; no rule is written for them.</summary>
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
}
