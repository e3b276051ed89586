using System.Buffers;
using System.Net;
using System.Text.Json;

namespace Dataplane.Cni;

/// <content>Writing. The order of members is the reference's, which differs: 0.x has its structs' order, 1.x is alphabetical.</content>
public static partial class ResultJson
{
    /// <summary>Writes a result in a version's shape: indented by four spaces, without a newline at its end.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="result">The result.</param>
    /// <param name="version">The version; empty is 0.1.0.</param>
    /// <exception cref="CniException">The shape cannot hold the result: "cannot convert: no valid IP addresses", or the version is unknown.</exception>
    public static void Write(IBufferWriter<byte> output, CniResult result, string version) => Write(output, result, version, JsonLayout.Indented);

    /// <summary>The same in one line, as a prevResult is put into a configuration.</summary>
    internal static void WriteCompact(IBufferWriter<byte> output, CniResult result, string version) => Write(output, result, version, JsonLayout.Compact);

    private static void Write(IBufferWriter<byte> output, CniResult result, string version, JsonWriterOptions layout)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(version);
        ResultFamily family = FamilyOf(version)
            ?? throw new CniException(CniErrorCode.Internal, $"no converter for CNI result version {result.CniVersion} to {version}");
        using var json = new Utf8JsonWriter(output, layout);
        json.WriteStartObject();
        json.WriteString("cniVersion"u8, version.Length > 0 ? version : CniVersions.Default);
        switch (family)
        {
            case ResultFamily.V02:
                WriteSides(json, result);
                WriteDns(json, result.Dns, alphabetical: false);
                break;
            case ResultFamily.V04:
                WriteInterfaces(json, result);
                WriteIps(json, result, family);
                WriteRoutes(json, result, family);
                WriteDns(json, result.Dns, alphabetical: false);
                break;
            default:
                if (!result.Dns.IsEmpty)
                {
                    WriteDns(json, result.Dns, alphabetical: true);
                }
                WriteInterfaces1(json, result);
                WriteIps(json, result, family);
                WriteRoutes(json, result, family);
                break;
        }
        json.WriteEndObject();
        json.Flush();
    }

    private static void WriteSides(Utf8JsonWriter json, CniResult result)
    {
        bool any = false;
        foreach (bool v4 in (ReadOnlySpan<bool>)[true, false])
        {
            CniIpConfig? ip = result.Ips.Find(i => i.Address.IsV4 == v4);
            if (ip is null)
            {
                continue;
            }
            any = true;
            json.WriteStartObject(v4 ? "ip4"u8 : "ip6"u8);
            json.WriteString("ip"u8, ip.Address.ToString());
            WriteAddress(json, "gateway"u8, ip.Gateway);
            bool open = false;
            foreach (CniRoute route in result.Routes)
            {
                if (route.Dst.IsV4 != v4)
                {
                    continue;
                }
                if (!open)
                {
                    json.WriteStartArray("routes"u8);
                    open = true;
                }
                json.WriteStartObject();
                json.WriteString("dst"u8, route.Dst.ToString());
                WriteAddress(json, "gw"u8, route.Gw);
                json.WriteEndObject();
            }
            if (open)
            {
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        // Only a conversion has to find an address: what a plugin of those versions answered is passed on as it is.
        if (!any && FamilyOf(result.CniVersion) != ResultFamily.V02)
        {
            throw new CniException(CniErrorCode.Internal, "cannot convert: no valid IP addresses");
        }
    }

    private static void WriteInterfaces(Utf8JsonWriter json, CniResult result)
    {
        if (result.Interfaces.Count == 0)
        {
            return;
        }
        json.WriteStartArray("interfaces"u8);
        foreach (CniInterface link in result.Interfaces)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, link.Name);
            WriteNonEmpty(json, "mac"u8, link.Mac);
            WriteNonEmpty(json, "sandbox"u8, link.Sandbox);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteInterfaces1(Utf8JsonWriter json, CniResult result)
    {
        if (result.Interfaces.Count == 0)
        {
            return;
        }
        json.WriteStartArray("interfaces"u8);
        foreach (CniInterface link in result.Interfaces)
        {
            json.WriteStartObject();
            WriteNonEmpty(json, "mac"u8, link.Mac);
            WriteNonZero(json, "mtu"u8, link.Mtu);
            json.WriteString("name"u8, link.Name);
            WriteNonEmpty(json, "pciID"u8, link.PciId);
            WriteNonEmpty(json, "sandbox"u8, link.Sandbox);
            WriteNonEmpty(json, "socketPath"u8, link.SocketPath);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteIps(Utf8JsonWriter json, CniResult result, ResultFamily family)
    {
        if (result.Ips.Count == 0)
        {
            return;
        }
        json.WriteStartArray("ips"u8);
        foreach (CniIpConfig ip in result.Ips)
        {
            json.WriteStartObject();
            if (family == ResultFamily.V04)
            {
                json.WriteString("version"u8, ip.Address.IsV4 ? "4"u8 : "6"u8);
                WriteNullable(json, "interface"u8, ip.Interface);
                json.WriteString("address"u8, ip.Address.ToString());
                WriteAddress(json, "gateway"u8, ip.Gateway);
            }
            else
            {
                json.WriteString("address"u8, ip.Address.ToString());
                WriteAddress(json, "gateway"u8, ip.Gateway);
                WriteNullable(json, "interface"u8, ip.Interface);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteRoutes(Utf8JsonWriter json, CniResult result, ResultFamily family)
    {
        if (result.Routes.Count == 0)
        {
            return;
        }
        json.WriteStartArray("routes"u8);
        foreach (CniRoute route in result.Routes)
        {
            json.WriteStartObject();
            if (family == ResultFamily.V1)
            {
                WriteNonZero(json, "advmss"u8, route.AdvMss);
                json.WriteString("dst"u8, route.Dst.ToString());
                WriteAddress(json, "gw"u8, route.Gw);
                WriteNonZero(json, "mtu"u8, route.Mtu);
                WriteNonZero(json, "priority"u8, route.Priority);
                WriteNullable(json, "scope"u8, route.Scope);
                WriteNullable(json, "table"u8, route.Table);
            }
            else
            {
                json.WriteString("dst"u8, route.Dst.ToString());
                WriteAddress(json, "gw"u8, route.Gw);
                WriteNonZero(json, "mtu"u8, route.Mtu);
                WriteNonZero(json, "advmss"u8, route.AdvMss);
                WriteNonZero(json, "priority"u8, route.Priority);
                WriteNullable(json, "table"u8, route.Table);
                WriteNullable(json, "scope"u8, route.Scope);
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteDns(Utf8JsonWriter json, CniDns dns, bool alphabetical)
    {
        json.WriteStartObject("dns"u8);
        if (alphabetical)
        {
            WriteNonEmpty(json, "domain"u8, dns.Domain);
            WriteStrings(json, "nameservers"u8, dns.Nameservers);
            WriteStrings(json, "options"u8, dns.Options);
            WriteStrings(json, "search"u8, dns.Search);
        }
        else
        {
            WriteStrings(json, "nameservers"u8, dns.Nameservers);
            WriteNonEmpty(json, "domain"u8, dns.Domain);
            WriteStrings(json, "search"u8, dns.Search);
            WriteStrings(json, "options"u8, dns.Options);
        }
        json.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<string>? strings)
    {
        if (strings is not { Count: > 0 })
        {
            return;
        }
        json.WriteStartArray(name);
        for (int i = 0; i < strings.Count; i++)
        {
            json.WriteStringValue(strings[i]);
        }
        json.WriteEndArray();
    }

    private static void WriteNonEmpty(Utf8JsonWriter json, ReadOnlySpan<byte> name, string text)
    {
        if (text.Length > 0)
        {
            json.WriteString(name, text);
        }
    }

    private static void WriteNonZero(Utf8JsonWriter json, ReadOnlySpan<byte> name, int value)
    {
        if (value != 0)
        {
            json.WriteNumber(name, value);
        }
    }

    private static void WriteNullable(Utf8JsonWriter json, ReadOnlySpan<byte> name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    private static void WriteAddress(Utf8JsonWriter json, ReadOnlySpan<byte> name, IPAddress? address)
    {
        if (address is not null)
        {
            json.WriteString(name, IpText.Format(address));
        }
    }
}
