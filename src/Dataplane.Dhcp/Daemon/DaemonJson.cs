using System.Buffers;
using System.Text.Json;
using Dataplane.Cni;

namespace Dataplane.Dhcp;

/// <summary>The protocol's lines as text. A reader skips members that it does not know.</summary>
internal static class DaemonJson
{
    /// <summary>A question, its end of line included.</summary>
    public static ReadOnlySpan<byte> Write(DaemonRequest request) => Line(json =>
    {
        json.WriteString("method"u8, NameOf(request.Method));
        json.WriteString("containerId"u8, request.ContainerId);
        json.WriteString("network"u8, request.Network);
        json.WriteString("ifName"u8, request.IfName);
        json.WriteString("netns"u8, request.Netns);
        DhcpJson.WriteOptions(json, "provide"u8, request.Provide);
        json.WriteBase64String("request"u8, request.Request);
        DhcpJson.WriteItems(json, "keep"u8, request.Keep, attachment =>
        {
            json.WriteString("containerId"u8, attachment.ContainerId);
            json.WriteString("ifName"u8, attachment.IfName);
        });
    });

    /// <summary>An answer, its end of line included.</summary>
    public static ReadOnlySpan<byte> Write(DaemonReply reply) => Line(json =>
    {
        json.WriteString("error"u8, reply.Error);
        json.WriteString("address"u8, reply.Address);
        json.WriteNumber("prefixLength"u8, reply.PrefixLength);
        json.WriteString("gateway"u8, reply.Gateway);
        DhcpJson.WriteItems(json, "routes"u8, reply.Routes, route =>
        {
            json.WriteString("destination"u8, route.Destination);
            json.WriteNumber("prefixLength"u8, route.PrefixLength);
            json.WriteString("router"u8, route.Router);
        });
    });

    /// <summary>Reads a question.</summary>
    /// <param name="line">The line, with or without its end.</param>
    /// <returns>Null: it is of another version, or does not say of which.</returns>
    /// <exception cref="CniException">It is none.</exception>
    public static DaemonRequest? ReadRequest(ReadOnlyMemory<byte> line)
    {
        if (Open(line) is not { } json)
        {
            return null;
        }

        var request = new DaemonRequest
        {
            Method = json.Has("method") ? MethodOf(json.Get("method")) : DaemonMethod.None,
            ContainerId = json.GetString("containerId"),
            Network = json.GetString("network"),
            IfName = json.GetString("ifName"),
            Netns = json.GetString("netns"),
            Provide = DhcpJson.ReadOptions(json.Get("provide")),
            Request = DhcpJson.ReadBytes(json.Get("request")),
        };
        foreach (JsonView item in json.Get("keep").AsItems())
        {
            JsonView attachment = DhcpJson.WithoutNulls(item);
            request.Keep.Add(new DaemonAttachment(attachment.GetString("containerId"), attachment.GetString("ifName")));
        }

        return request;
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="line">The line, with or without its end.</param>
    /// <returns>Null: it is of another version, or does not say of which.</returns>
    /// <exception cref="CniException">It is none.</exception>
    public static DaemonReply? ReadReply(ReadOnlyMemory<byte> line)
    {
        if (Open(line) is not { } json)
        {
            return null;
        }

        var reply = new DaemonReply
        {
            Error = json.GetString("error"),
            Address = json.GetString("address"),
            PrefixLength = json.GetInt32("prefixLength"),
            Gateway = json.GetString("gateway"),
        };
        foreach (JsonView item in json.Get("routes").AsItems())
        {
            JsonView route = DhcpJson.WithoutNulls(item);
            reply.Routes.Add(new DaemonRoute(route.GetString("destination"), route.GetInt32("prefixLength"), route.GetString("router")));
        }

        return reply;
    }

    private static ReadOnlySpan<byte> Line(Action<Utf8JsonWriter> members)
    {
        ArrayBufferWriter<byte> line = DhcpJson.Write(JsonLayout.Compact, json =>
        {
            json.WriteNumber("version"u8, DaemonRequest.CurrentVersion);
            members(json);
        });
        line.Write("\n"u8);
        return line.WrittenSpan;
    }

    // The version first: what another one says otherwise may have other members.
    private static JsonView? Open(ReadOnlyMemory<byte> line)
    {
        JsonView json = JsonView.Parse(line);
        return json.GetInt32("version") == DaemonRequest.CurrentVersion ? DhcpJson.WithoutNulls(json) : null;
    }

    private static string NameOf(DaemonMethod method) => method switch
    {
        DaemonMethod.Allocate => nameof(DaemonMethod.Allocate),
        DaemonMethod.Release => nameof(DaemonMethod.Release),
        DaemonMethod.Check => nameof(DaemonMethod.Check),
        DaemonMethod.Status => nameof(DaemonMethod.Status),
        DaemonMethod.Collect => nameof(DaemonMethod.Collect),
        _ => nameof(DaemonMethod.None),
    };

    private static DaemonMethod MethodOf(JsonView json) => json.AsString() switch
    {
        nameof(DaemonMethod.None) => DaemonMethod.None,
        nameof(DaemonMethod.Allocate) => DaemonMethod.Allocate,
        nameof(DaemonMethod.Release) => DaemonMethod.Release,
        nameof(DaemonMethod.Check) => DaemonMethod.Check,
        nameof(DaemonMethod.Status) => DaemonMethod.Status,
        nameof(DaemonMethod.Collect) => DaemonMethod.Collect,
        var other => throw json.Error($"unknown method {GoText.Quote(other)}"),
    };
}
