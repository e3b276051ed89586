namespace Dataplane.Cni;

/// <summary>An interface that an ADD made or found.</summary>
public sealed class CniInterface
{
    /// <summary>Its name.</summary>
    public string Name { get; set; } = "";

    /// <summary>Its hardware address as text, or empty.</summary>
    public string Mac { get; set; } = "";

    /// <summary>Its MTU in bytes, 0 when not reported. Printed from 1.0.0 on.</summary>
    public int Mtu { get; set; }

    /// <summary>The path of the namespace it is in; empty for the host's.</summary>
    public string Sandbox { get; set; } = "";

    /// <summary>The absolute path of its socket file (vhost-user), or empty. Printed from 1.0.0 on.</summary>
    public string SocketPath { get; set; } = "";

    /// <summary>Its PCI device's id, or empty. Printed from 1.0.0 on.</summary>
    public string PciId { get; set; } = "";
}
