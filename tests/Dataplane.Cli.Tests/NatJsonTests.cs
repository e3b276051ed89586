using Dataplane.Cli.Commands;
using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tests;

/// <summary>What a script reads of translations: the field names are a promise (docs/dpctl.md).</summary>
public sealed class NatJsonTests
{
    private readonly Capture _dpctl = new();

    [Fact]
    public void Connections()
    {
        NatCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Masqueraded]);
        Assert.Equal($$"""
            [
              {
                "protocol": "tcp",
                "kind": "masquerade",
                "state": "replied",
                "inside": {
                  "source": "10.22.0.2",
                  "sourcePort": 40000,
                  "destination": "198.51.100.7",
                  "destinationPort": 443
                },
                "outside": {
                  "source": "192.0.2.10",
                  "sourcePort": 40000,
                  "destination": "198.51.100.7",
                  "destinationPort": 443
                },
                "containerId": "{{Sample.Web.ContainerId}}",
                "ifname": "eth0",
                "sourceDevice": {
                  "device": "veth4f6f2e1c",
                  "ifindex": 7,
                  "generation": 4,
                  "uplink": false
                },
                "destinationDevice": {
                  "device": "",
                  "ifindex": 0,
                  "generation": 0,
                  "uplink": false
                },
                "idleSeconds": 1.5,
                "tcp": [
                  "fin_original"
                ],
                "halves": 2
              }
            ]

            """, _dpctl.Out);
    }

    [Fact]
    public void HostPorts()
    {
        HostPortsCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Mapping]);
        Assert.Equal($$"""
            [
              {
                "hostAddress": "0.0.0.0",
                "hostPort": 8080,
                "protocol": "tcp",
                "podAddress": "10.22.0.2",
                "podPort": 80,
                "conditions": [
                  "not source 10.0.0.0/8",
                  "device eth0"
                ],
                "flags": [
                  "snat"
                ],
                "state": "alive",
                "containerId": "{{Sample.Web.ContainerId}}",
                "ifname": "eth0",
                "device": "veth4f6f2e1c",
                "ifindex": 7,
                "generation": 4
              }
            ]

            """, _dpctl.Out);
    }

    [Fact]
    public void Masquerade()
    {
        MasqueradeCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Masquerade]);
        Assert.Equal($$"""
            [
              {
                "device": "veth4f6f2e1c",
                "ifindex": 7,
                "containerId": "{{Sample.Web.ContainerId}}",
                "ifname": "eth0",
                "network": "mynet",
                "addresses": [
                  "10.22.0.2"
                ],
                "masqueraded": true,
                "portMin": 32768,
                "portMax": 65535,
                "linkLocal": false,
                "exclusions": [
                  "10.22.0.0/16",
                  "172.16.0.0/12"
                ]
              }
            ]

            """, _dpctl.Out);
    }

    [Fact]
    public void Explanation()
    {
        MasqueradeExplainCommand.Write(_dpctl.Terminal, OutputFormat.Json, Sample.Explanation);
        Assert.Equal("""
            {
              "pod": "10.22.0.2",
              "destination": "198.51.100.7",
              "verdict": "masqueraded",
              "reason": "packets leave eth0 as 192.0.2.10",
              "endpoint": "veth4f6f2e1c",
              "device": "eth0",
              "gateway": "192.0.2.1",
              "route": "0.0.0.0/0",
              "table": 254,
              "sourceAddress": "192.0.2.10",
              "defaultSourceAddress": "192.0.2.10",
              "exclusion": "",
              "portMin": 32768,
              "portMax": 65535
            }

            """, _dpctl.Out);
    }

    [Fact]
    public void Uplinks_always_have_every_device()
    {
        UplinksCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Bridge], all: false);
        Assert.Equal("""
            [
              {
                "device": "cni0",
                "ifindex": 3,
                "role": "domain",
                "shouldBeUplink": false,
                "reason": "containers\u0027 addresses are on its link",
                "source4": "",
                "source6": "",
                "l3": false,
                "hook": "",
                "generation": 0
              }
            ]

            """, _dpctl.Out);
    }

    [Fact]
    public void Refresh()
    {
        UplinksRefreshCommand.Write(_dpctl.Terminal, OutputFormat.Json, new UplinkRefreshReport(["eth1"], [], ["eth0", "eth1"]));
        Assert.Equal("""{"added":["eth1"],"removed":[],"uplinks":["eth0","eth1"]}""", string.Concat(_dpctl.Out.Where(c => !char.IsWhiteSpace(c))));
    }
}
