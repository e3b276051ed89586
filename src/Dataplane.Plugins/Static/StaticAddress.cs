using System.Net;
using Dataplane.Cni;

namespace Dataplane.Plugins;

/// <summary>An address that somebody wrote down for the container.</summary>
/// <param name="Address">The address in its subnet.</param>
/// <param name="Gateway">The subnet's gateway, or null.</param>
internal sealed record StaticAddress(IpPrefix Address, IPAddress? Gateway = null);
