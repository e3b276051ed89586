using System.Buffers;
using System.Text;

namespace Dataplane.Cni;

/// <summary>
/// Results as text, in any version. In memory there is one shape, 1.1.0's; reading converts up to it and writing down from it, with
/// what each older shape cannot say left out.
/// </summary>
public static partial class ResultJson
{
    /// <summary>Reads the result a plugin printed. One without a version has the configuration's; <c>null</c> is an empty result.</summary>
    /// <param name="json">The result's text.</param>
    /// <param name="configVersion">The version of the configuration it was given.</param>
    /// <exception cref="CniException"><see cref="CniErrorCode.Internal"/>: not a result, or of an unknown version.</exception>
    public static CniResult Parse(ReadOnlySpan<byte> json, string configVersion)
    {
        JsonView root;
        try
        {
            root = JsonView.Parse(json.ToArray(), CniErrorCode.Internal);
            _ = root.AsObject();
        }
        catch (CniException e)
        {
            throw new CniException(CniErrorCode.Internal, $"failed to unmarshal raw result: {e.Message} result {Encoding.UTF8.GetString(json)}", "", e);
        }
        string version = root.GetString("cniVersion");
        return ReadAs(root, version.Length > 0 ? version : configVersion);
    }

    /// <summary>Reads a result that has to be in the shape of a version, as a prevResult has to be in its configuration's.</summary>
    /// <param name="json">The result; without a version of its own it has the asked one. Its error code and prefix are used.</param>
    /// <param name="version">The version; empty is 0.1.0.</param>
    /// <exception cref="CniException">Not a result, of an unknown version, or of one with another shape.</exception>
    public static CniResult ReadAs(JsonView json, string version)
    {
        ResultFamily family = FamilyOf(version) ?? throw json.Error($"unsupported CNI result version {GoText.Quote(version)}");
        string own = json.GetString("cniVersion");
        if (own.Length == 0)
        {
            own = version.Length > 0 ? version : CniVersions.Default;
        }
        if (FamilyOf(own) != family)
        {
            string supported = family switch
            {
                ResultFamily.V02 => "[ 0.1.0 0.2.0]",
                ResultFamily.V04 => "[0.3.0 0.3.1 0.4.0]",
                _ => "[1.0.0 1.1.0]",
            };
            throw json.Error($"result type supports {supported} but unmarshalled CNIVersion is {GoText.Quote(own)}");
        }

        var result = new CniResult { CniVersion = own, Dns = CniDns.FromJson(json.Get("dns").AsObject()) };
        if (family == ResultFamily.V02)
        {
            ReadSide(json.GetObject("ip4"), result);
            ReadSide(json.GetObject("ip6"), result);
        }
        else
        {
            ReadLists(json, family, result);
        }
        return result;
    }

    /// <summary>Writes a result in a version's shape: indented by four spaces, without a newline at its end.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">The result.</param>
    /// <param name="version">The version; empty is 0.1.0.</param>
    /// <exception cref="CniException">The shape cannot hold the result: "cannot convert: no valid IP addresses", or the version is unknown.</exception>
    public static void Write(Stream output, CniResult result, string version)
    {
        ArgumentNullException.ThrowIfNull(output);
        var buffer = new ArrayBufferWriter<byte>(1024);
        Write(buffer, result, version);
        output.Write(buffer.WrittenSpan);
    }

    private static ResultFamily? FamilyOf(string version) => version switch
    {
        "" or "0.1.0" or "0.2.0" => ResultFamily.V02,
        "0.3.0" or "0.3.1" or "0.4.0" => ResultFamily.V04,
        "1.0.0" or "1.1.0" => ResultFamily.V1,
        _ => null,
    };

    private static void ReadSide(JsonView? side, CniResult result)
    {
        if (side is not { } json)
        {
            return;
        }
        result.Ips.Add(new CniIpConfig { Address = json.GetPrefix("ip"), Gateway = json.GetAddress("gateway") });
        ReadRoutes(json, result);
    }

    private static void ReadLists(JsonView json, ResultFamily family, CniResult result)
    {
        foreach (JsonView item in json.GetObjects("interfaces") ?? [])
        {
            var link = new CniInterface { Name = item.GetString("name"), Mac = item.GetString("mac"), Sandbox = item.GetString("sandbox") };
            if (family == ResultFamily.V1)
            {
                link.Mtu = item.GetInt32("mtu");
                link.SocketPath = item.GetString("socketPath");
                link.PciId = item.GetString("pciID");
            }
            result.Interfaces.Add(link);
        }
        foreach (JsonView item in json.GetObjects("ips") ?? [])
        {
            result.Ips.Add(new CniIpConfig
            {
                Interface = item.GetNullableInt32("interface"),
                Address = item.GetPrefix("address"),
                Gateway = item.GetAddress("gateway"),
            });
        }
        ReadRoutes(json, result);
    }

    private static void ReadRoutes(JsonView json, CniResult result)
    {
        foreach (JsonView item in json.GetObjects("routes") ?? [])
        {
            result.Routes.Add(CniRoute.FromJson(item));
        }
    }
}
