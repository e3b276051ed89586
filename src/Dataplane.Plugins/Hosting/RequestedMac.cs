using Dataplane.Cni;
using Dataplane.Netlink;

namespace Dataplane.Plugins;

/// <summary>The hardware address that is asked for: the runtime's over args.cni over CNI_ARGS.</summary>
internal static class RequestedMac
{
    /// <summary>Reads it; null where none is asked for.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">It is no hardware address.</exception>
    public static MacAddress? Read(CniRequest request)
    {
        string text = request.Config.RuntimeConfig.GetString("mac");
        string fromArgs = request.Config.ArgsCni.GetString("mac");
        string fromEnvironment = CniArgs.Parse(request.Args, new CniArgKey("MAC")).Get("MAC") ?? "";
        string mac = text.Length > 0 ? text : fromArgs.Length > 0 ? fromArgs : fromEnvironment;
        if (mac.Length == 0)
        {
            return null;
        }

        return MacAddress.TryParse(mac, out MacAddress parsed)
            ? parsed
            : throw new CniException(CniErrorCode.Internal, $"failed to parse MAC address \"{mac}\": six bytes like 0a:58:0a:16:00:02");
    }
}
