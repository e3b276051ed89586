using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using Dataplane.Abi;
using Dataplane.Cli.Output;
using Dataplane.TestKit;

namespace Dataplane.Cli.Tests;

/// <summary>dpctl on a real node whose translations were written by hand: real maps, routes and devices.</summary>
public sealed class TranslationTests : IDisposable
{
    private const string Pod = "10.22.0.2", Host = "192.0.2.1", Outside = "192.0.2.2";

    private readonly HandmadeNode _node = new();

    public void Dispose() => _node.Dispose();

    [NeedsFact(Needs.Namespaces)]
    public void Uplinks_are_found_lost_and_found_again()
    {
        AddUplink();
        Assert.Contains(("warning", "up0"), Findings(ExitStatus.Ok));

        JsonElement report = Json(ExitStatus.Ok, "uplinks", "refresh");
        Assert.Equal(["up0"], Texts(report, "added"));
        Assert.Equal(["up0"], Texts(report, "uplinks"));
        JsonElement uplink = Json(ExitStatus.Ok, "uplinks").EnumerateArray().Single(u => Text(u, "device") == "up0");
        Assert.Equal(("uplink", Host), (Text(uplink, "role"), Text(uplink, "source4")));
        Assert.Contains(Text(uplink, "hook"), (string[])["tcx", "clsact"]);
        Assert.Equal(["up0"], Texts(Json(ExitStatus.Ok, "status"), "uplinks"));
        Assert.DoesNotContain("up0", Findings(ExitStatus.Ok).Select(f => f.Subject));
        Assert.Empty(Texts(Json(ExitStatus.Ok, "uplinks", "refresh"), "added"));

        _node.Bed.Host.Ip("link", "delete", "up0");
        Assert.Contains(("warning", $"device {uplink.GetProperty("ifindex").GetUInt32()}"), Findings(ExitStatus.Ok));
        Assert.Single(Texts(Json(ExitStatus.Ok, "uplinks", "refresh"), "removed"));
        Assert.Empty(Texts(Json(ExitStatus.Ok, "status"), "uplinks"));
    }

    [NeedsFact(Needs.Namespaces)]
    public void An_explanation_asks_routes_and_maps()
    {
        AddUplink();
        _ = Json(ExitStatus.Ok, "uplinks", "refresh");
        _node.Bed.Host.Ip("address", "add", "10.22.0.1/24", "dev", "cni0");
        _node.Bed.Host.SetSysctl("net/ipv4/ip_forward", "1");
        AddAnyAddress(Pod);
        Assert.Equal("not_asked", Text(Explain(Outside), "verdict"));

        Change(_node.Web, (ref Endpoint e) => (e.Flags, e.MasqPortMin, e.MasqPortMax) = (e.Flags | EndpointFlags.Masquerade, 40000, 50000));
        JsonElement masqueraded = Explain(Outside);
        Assert.Equal(
            ("masqueraded", "up0", Host, "vethweb", 40000, 50000),
            (Text(masqueraded, "verdict"), Text(masqueraded, "device"), Text(masqueraded, "sourceAddress"), Text(masqueraded, "endpoint"),
                masqueraded.GetProperty("portMin").GetInt32(), masqueraded.GetProperty("portMax").GetInt32()));

        _node.Programs.Exclusions.Update(Exclusion("192.0.2.0", 24, _node.Web), new ExclusionRow { Generation = _node.Programs.Endpoints.TryLookup(_node.Web, out Endpoint web) ? web.Generation : 0 });
        Assert.Equal(("excluded", "192.0.2.0/24"), (Text(Explain(Outside), "verdict"), Text(Explain(Outside), "exclusion")));
        JsonElement row = Json(ExitStatus.Ok, "masquerade").EnumerateArray().Single(r => Text(r, "device") == "vethweb");
        Assert.True(row.GetProperty("masqueraded").GetBoolean());
        Assert.Equal(["192.0.2.0/24"], Texts(row, "exclusions"));

        Assert.Equal("unknown_container", Text(Json(ExitStatus.Ok, "masquerade", "explain", "10.22.0.99", Outside), "verdict"));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Connections_are_shown_and_flushed()
    {
        (NatKey Key, NatRow Row)[] halves = [.. Masqueraded(40000), .. Masqueraded(40001)];
        foreach ((NatKey key, NatRow row) in halves)
        {
            _node.Programs.Nat.Update(key, row);
        }

        JsonElement[] rows = [.. Json(ExitStatus.Ok, "nat", "--pod", "web", "--kind", "masquerade").EnumerateArray()];
        Assert.Equal(2, rows.Length);
        Assert.All(rows, r => Assert.Equal(("web", 2), (Text(r, "containerId"), r.GetProperty("halves").GetInt32())));
        Assert.Single(Json(ExitStatus.Ok, ["nat", "--limit", "1"], "1 more connection beyond --limit 1").EnumerateArray());
        Assert.Empty(Json(ExitStatus.Ok, "nat", "--pod", "client").EnumerateArray());
        Assert.Equal(0, Json(ExitStatus.Ok, "nat", "flush", "--kind", "hostport").GetProperty("flushed").GetInt32());
        Assert.Equal(2, Json(ExitStatus.Ok, "nat", "flush", "--pod", "web").GetProperty("flushed").GetInt32());
        Assert.Empty(_node.Programs.Nat.Entries());
    }

    [NeedsFact(Needs.Namespaces)]
    public void What_waits_for_the_sweep_is_counted()
    {
        // Halves that hold a ticket, whatever the queue says: they are the connections there are.
        (NatKey key, NatRow row) = Masqueraded(40000)[0];
        _node.Programs.Nat.Update(key, row with { Ticket = 7 });
        Assert.Equal(1, Json(ExitStatus.Ok, "status").GetProperty("sweep").GetProperty("waiting").GetInt32());
        Assert.DoesNotContain("sweep", Findings(ExitStatus.Ok).Select(f => f.Subject));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Host_ports_and_exclusions_of_the_dead_are_found()
    {
        _node.Programs.HostPorts.Update(
            new HostPortKey { Address = Address("0.0.0.0"), Port = Port(8080), Protocol = 6 },
            new HostPortRow { Address = Address(Pod), Port = Port(80), Flags = HostPortFlags.Snat, Endpoint = new FlowSide { Ifindex = _node.Web, Generation = 77 } });
        JsonElement mapping = Assert.Single(Json(ExitStatus.Ok, "hostports").EnumerateArray());
        Assert.Equal(
            ("0.0.0.0", 8080, "tcp", Pod, 80, "dead"),
            (Text(mapping, "hostAddress"), mapping.GetProperty("hostPort").GetInt32(), Text(mapping, "protocol"), Text(mapping, "podAddress"), mapping.GetProperty("podPort").GetInt32(), Text(mapping, "state")));

        _node.Programs.Exclusions.Update(Exclusion("10.0.0.0", 8, _node.Web), new ExclusionRow { Generation = 77 });
        (string, string)[] findings = Findings(ExitStatus.Broken);
        Assert.Contains(("warning", "host ports"), findings);
        Assert.Contains(("broken", "host_sockets"), findings);
        Assert.Contains(("warning", "exclusions"), findings);
    }

    [NeedsFact(Needs.Namespaces)]
    public void The_last_drop_is_shown()
    {
        _node.Programs.LastDrops.Update((uint)CounterIndex.DropNatPorts, new DropRow
        {
            Time = 1,
            Source = Address(Pod),
            SourcePort = Port(40000),
            Destination = Address(Outside),
            DestinationPort = Port(443),
            Ifindex = _node.Web,
            Length = 60,
            Protocol = 6,
        });
        JsonElement drop = Json(ExitStatus.Ok, "drops").EnumerateArray().Single(d => Text(d, "reason") == "drop_nat_ports");
        JsonElement last = drop.GetProperty("last");
        Assert.Equal(("tcp", "vethweb", 60, 443), (Text(last, "protocol"), Text(last, "device"), last.GetProperty("length").GetInt32(), last.GetProperty("tuple").GetProperty("destinationPort").GetInt32()));
    }

    private void AddUplink() => _ = _node.Bed.AddOutside("up0", $"{Host}/24", $"{Outside}/24");

    private (NatKey Key, NatRow Row)[] Masqueraded(ushort port)
    {
        _ = _node.Programs.Endpoints.TryLookup(_node.Web, out Endpoint web);
        var pod = new FlowSide { Ifindex = _node.Web, Generation = web.Generation };
        return
        [
            (new NatKey { Source = Address(Pod), SourcePort = Port(port), Destination = Address(Outside), DestinationPort = Port(443), Protocol = 6, Scope = _node.Web },
                new NatRow { Source = Address(Host), SourcePort = Port(port), Destination = Address(Outside), DestinationPort = Port(443), From = pod, Kind = NatKind.Masquerade }),
            (new NatKey { Source = Address(Outside), SourcePort = Port(443), Destination = Address(Host), DestinationPort = Port(port), Protocol = 6 },
                new NatRow { Source = Address(Outside), SourcePort = Port(443), Destination = Address(Pod), DestinationPort = Port(port), To = pod, Kind = NatKind.Masquerade, Reply = 1 }),
        ];
    }

    private delegate void Edit(ref Endpoint endpoint);

    private void Change(uint ifindex, Edit edit)
    {
        _ = _node.Programs.Endpoints.TryLookup(ifindex, out Endpoint endpoint);
        edit(ref endpoint);
        _node.Programs.Endpoints.Update(ifindex, endpoint);
    }

    private void AddAnyAddress(string address)
    {
        _ = _node.Programs.Endpoints.TryLookup(_node.Web, out Endpoint web);
        _node.Programs.Addresses.Update(new AddressKey { Address = Address(address) }, new AddressRow { Ifindex = _node.Web, Generation = web.Generation });
    }

    private static ExclusionKey Exclusion(string prefix, uint bits, uint ifindex) =>
        new() { PrefixLength = 32 + 96 + bits, Ifindex = ifindex, Address = Address(prefix) };

    private static Bytes16 Address(string address) => Bytes16.From(IPAddress.Parse(address).MapToIPv6().GetAddressBytes());

    private static ushort Port(ushort port) => BinaryPrimitives.ReverseEndianness(port);

    private JsonElement Explain(string destination) => Json(ExitStatus.Ok, "masquerade", "explain", Pod, destination);

    private (string Verdict, string Subject)[] Findings(int exitStatus) =>
    [
        .. Json(exitStatus, "doctor").GetProperty("findings").EnumerateArray().Where(f => Text(f, "verdict") != "ok").Select(f => (Text(f, "verdict"), Text(f, "subject"))),
    ];

    private static string Text(JsonElement row, string field) => row.GetProperty(field).GetString()!;

    private static string[] Texts(JsonElement row, string field) => [.. row.GetProperty(field).EnumerateArray().Select(t => t.GetString()!)];

    private JsonElement Json(int exitStatus, params string[] arguments) => Json(exitStatus, arguments, "");

    private JsonElement Json(int exitStatus, string[] arguments, string expectedError)
    {
        var dpctl = new Capture();
        int status = dpctl.Run([.. arguments, "--output", "json", "--netns", _node.Bed.Host.Path]);
        Assert.True(exitStatus == status, $"exit status {status}: {dpctl.Error}{dpctl.Out}");
        Assert.Contains(expectedError, dpctl.Error, StringComparison.Ordinal);
        return JsonDocument.Parse(dpctl.Out).RootElement;
    }
}
