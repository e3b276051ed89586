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

    /// <summary>Asks for the addresses. When it throws, nothing is held.</summary>
    AddressPlan Acquire();

    /// <summary>Gives back whatever the container's interface holds; nothing held is success.</summary>
    void Release();
}
