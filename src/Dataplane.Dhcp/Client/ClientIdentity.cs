using System.Text;

namespace Dataplane.Dhcp;

/// <summary>Whose lease it is: an interface of a container in a network.</summary>
/// <param name="ContainerId">The container.</param>
/// <param name="Network">The network.</param>
/// <param name="IfName">The interface.</param>
public readonly record struct ClientIdentity(string ContainerId, string Network, string IfName)
{
    private const int MaximumLength = 254;

    /// <summary>What servers know it by (option 61): type 0, then the name, cut to what fits.</summary>
    public byte[] ToOption()
    {
        byte[] name = Encoding.UTF8.GetBytes(ToString());
        return [0, .. name.AsSpan(0, Math.Min(name.Length, MaximumLength))];
    }

    /// <inheritdoc/>
    public override string ToString() => $"{ContainerId}/{Network}/{IfName}";
}
