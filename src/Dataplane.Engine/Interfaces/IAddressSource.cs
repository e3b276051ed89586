namespace Dataplane.Engine;

/// <summary>Where an attachment's addresses come from: the IPAM plugin of its configuration.</summary>
public interface IAddressSource
{
    /// <summary>The IPAM plugin's type.</summary>
    string Type { get; }

    /// <summary>
    /// Addresses are given back by messages from the container's own interface, so while it is still there; otherwise they are given back once they
    /// are not configured any more.
    /// </summary>
    bool NeedsInterface => false;

    /// <summary>
    /// It was asked, and nothing is held: what the container may have had before is not to be given back. Otherwise an <see cref="Acquire"/> that threw leaves
    /// open how far it came.
    /// </summary>
    bool HasRefused => false;

    /// <summary>Asks for the addresses.</summary>
    AddressPlan Acquire();

    /// <summary>Gives back whatever the container's interface holds; nothing held is success.</summary>
    void Release();
}
