using Dataplane.Cni;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>The interface's hardware address where the configuration has a field for it: the runtime's over CNI_ARGS over the configuration's.</summary>
internal static class MacOption
{
    /// <summary>Reads it; null: none is asked for.</summary>
    /// <param name="request">The call.</param>
    /// <param name="root">The configuration.</param>
    /// <exception cref="CniException">It is none.</exception>
    public static MacAddress? Read(CniRequest request, JsonView root)
    {
        string text = request.Config.RuntimeConfig.GetString("mac");
        string fromEnvironment = CniArgs.Parse(request.Args, new CniArgKey("MAC")).Get("MAC") ?? "";
        string mac = text.Length > 0 ? text : fromEnvironment.Length > 0 ? fromEnvironment : root.GetString("mac");
        if (mac.Length == 0)
        {
            return null;
        }

        return MacAddress.TryParse(mac, out MacAddress parsed)
            ? parsed
            : throw new CniException(CniErrorCode.Internal, $"invalid args {mac} for MAC addr: address {mac}: invalid MAC address");
    }
}
