using System.Globalization;
using Dataplane.Cni;
using Dataplane.Dhcp;

namespace Dataplane.Plugins;

/// <summary>The names that configurations have for DHCP options: dhcp-options(5)'s of the few that are known, and numbers.</summary>
internal static class DhcpOptionName
{
    /// <summary>The number of an option.</summary>
    /// <param name="name">Its name, or the number in decimal.</param>
    /// <exception cref="CniException">It is neither; the reference's text.</exception>
    public static byte Parse(string name) => name switch
    {
        "dhcp-client-identifier" => OptionCode.ClientIdentifier,
        "subnet-mask" => OptionCode.SubnetMask,
        "routers" => OptionCode.Routers,
        "host-name" => OptionCode.HostName,
        "user-class" => OptionCode.UserClass,
        "vendor-class-identifier" => OptionCode.VendorClass,
        _ => ParseNumber(name),
    };

    private static byte ParseNumber(string name)
    {
        if (byte.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out byte number))
        {
            return number;
        }

        bool isNumber = name.Length > 0 && !name.AsSpan().ContainsAnyExceptInRange('0', '9');
        string quoted = GoText.Quote(name);
        throw new CniException(
            CniErrorCode.Internal,
            $"Can not parse option {quoted}: Can not parse option: strconv.ParseUint: parsing {quoted}: {(isNumber ? "value out of range" : "invalid syntax")}");
    }
}
