using Dataplane.Cli.Commands;
using Dataplane.Cli.Output;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Tests;

/// <summary>What a script reads: the field names are a promise (docs/dpctl.md).</summary>
public sealed class JsonTests
{
    private readonly Capture _dpctl = new();

    [Fact]
    public void Endpoints()
    {
        EndpointsCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Web]);
        Assert.Equal("""
            [
              {
                "device": "veth4f6f2e1c",
                "ifindex": 7,
                "containerId": "3f1c9a5d0b7e4c2a8f6d1e0b9c8a7d6e5f4c3b2a1908f7e6d5c4b3a291807f6e",
                "ifname": "eth0",
                "network": "mynet",
                "plugin": "bridge",
                "addresses": [
                  "10.22.0.2",
                  "fd00:22::2"
                ],
                "mac": "0a:58:0a:16:00:02",
                "gatewayMac": "0a:58:0a:16:00:01",
                "mode": "l2",
                "domain": "cni0",
                "domainIfindex": 3,
                "mtu": 1500,
                "flags": [],
                "generation": 4
              }
            ]

            """, _dpctl.Out);
    }

    [Fact]
    public void Flows()
    {
        FlowsCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Fast]);
        Assert.Equal("""
            [
              {
                "protocol": "tcp",
                "state": "fast",
                "original": {
                  "source": "10.22.0.3",
                  "sourcePort": 41000,
                  "destination": "10.22.0.2",
                  "destinationPort": 80
                },
                "reply": {
                  "source": "10.22.0.2",
                  "sourcePort": 80,
                  "destination": "10.22.0.3",
                  "destinationPort": 41000
                },
                "sourceDevice": {
                  "device": "veth0b0b0b0b",
                  "ifindex": 8,
                  "generation": 5,
                  "uplink": false
                },
                "destinationDevice": {
                  "device": "veth4f6f2e1c",
                  "ifindex": 7,
                  "generation": 4,
                  "uplink": false
                },
                "ageSeconds": 62.25,
                "idleSeconds": 0.5,
                "tcp": [
                  "fin_original"
                ]
              }
            ]

            """, _dpctl.Out);
    }

    [Fact]
    public void Drops_always_have_the_zeros()
    {
        DropsCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Dropped, new DropSummary("drop_nat_clash", "taken", 0, 0, null)], all: false);
        Assert.Equal("""
            [
              {
                "reason": "drop_nat_ports",
                "meaning": "every port is taken",
                "packets": 3,
                "bytes": 180,
                "last": {
                  "agoSeconds": 75.5,
                  "protocol": "tcp",
                  "tuple": {
                    "source": "10.22.0.2",
                    "sourcePort": 40000,
                    "destination": "198.51.100.7",
                    "destinationPort": 443
                  },
                  "device": "eth0",
                  "ifindex": 2,
                  "length": 60
                }
              },
              {
                "reason": "drop_nat_clash",
                "meaning": "taken",
                "packets": 0,
                "bytes": 0,
                "last": null
              }
            ]

            """, _dpctl.Out);
    }

    [Fact]
    public void Counters_always_have_the_zeros()
    {
        CountersCommand.Write(_dpctl.Terminal, OutputFormat.Json, [new CounterRow("stack_vlan", "tagged frame", 0, 0)], all: false);
        Assert.Equal("""
            [
              {
                "name": "stack_vlan",
                "meaning": "tagged frame",
                "packets": 0,
                "bytes": 0
              }
            ]

            """, _dpctl.Out);
    }

    [Fact]
    public void Bandwidth()
    {
        BandwidthCommand.Write(_dpctl.Terminal, OutputFormat.Json, [Sample.Limit]);
        Assert.Equal($$"""
            [
              {
                "device": "veth4f6f2e1c",
                "ifindex": 7,
                "containerId": "{{Sample.Web.ContainerId}}",
                "ifname": "eth0",
                "network": "mynet",
                "direction": "ingress",
                "rateBits": 100000000,
                "burstBits": 10000000,
                "engine": "edt",
                "state": "kept",
                "qdisc": "fq",
                "program": "to_pod",
                "unshapedSubnets": [
                  "10.0.0.0/8"
                ],
                "shapedSubnets": [],
                "passedPackets": 70000,
                "passedBytes": 104857600,
                "delayed": 69000,
                "marked": 12,
                "dropped": 3,
                "guarded": 0,
                "backlogBytes": 30280,
                "backlogPackets": 20,
                "generation": 4
              }
            ]

            """, _dpctl.Out);
    }

    [Fact]
    public void Status()
    {
        StatusCommand.Write(_dpctl.Terminal, OutputFormat.Json, Sample.Status with { Programs = [Sample.Status.Programs[0]], Maps = [Sample.Status.Maps[1]] });
        Assert.Equal($$"""
            {
              "node": 4711,
              "present": true,
              "abi": 1,
              "build": "{{new string('a', 64)}}",
              "executableBuild": "{{new string('a', 64)}}",
              "pinDirectory": "/sys/fs/bpf/dataplane/4711/v1",
              "fastPath": "partly",
              "fastPathOffEndpoints": 1,
              "endpoints": 2,
              "uplinks": [],
              "programs": [
                {
                  "name": "from_pod",
                  "id": 31,
                  "tag": "0123456789abcdef",
                  "loadedAt": "2025-01-02T03:04:05Z",
                  "thisBuild": true,
                  "attachedTo": 2
                }
              ],
              "maps": [
                {
                  "name": "flows4",
                  "id": 7,
                  "type": "lru_hash",
                  "entries": 49152,
                  "maxEntries": 65536,
                  "fillPercent": 75
                }
              ],
              "sweep": {
                "lastRunSeconds": 12.5,
                "visited": 1000,
                "expired": 17,
                "waiting": 42
              },
              "bandwidth": {
                "engine": "edt",
                "ingress": 2,
                "egress": 1,
                "edt": 2,
                "tbf": 1
              }
            }

            """, _dpctl.Out);
    }

    [Fact]
    public void Doctor()
    {
        DoctorCommand.Write(_dpctl.Terminal, OutputFormat.Json, Sample.Sick with { Findings = [Sample.Sick.Findings[2]] });
        Assert.Equal("""
            {
              "healthy": false,
              "findings": [
                {
                  "area": "programs",
                  "subject": "from_pod",
                  "verdict": "broken",
                  "message": "is not pinned; attach a container again"
                }
              ]
            }

            """, _dpctl.Out);
    }

    [Fact]
    public void Flush()
    {
        FlowsFlushCommand.Write(_dpctl.Terminal, OutputFormat.Json, new FlushReport(3));
        NatFlushCommand.Write(_dpctl.Terminal, OutputFormat.Json, new FlushReport(4));
        Assert.Equal("""{"flushed":3}{"flushed":4}""", string.Concat(_dpctl.Out.Where(c => !char.IsWhiteSpace(c))));
    }

    [Fact]
    public void Unload()
    {
        UnloadCommand.Write(_dpctl.Terminal, OutputFormat.Json, Sample.Refused);
        Assert.Equal("""
            {
              "node": 4,
              "present": true,
              "unloaded": false,
              "attached": [
                {
                  "containerId": "web",
                  "ifname": "eth0",
                  "network": "mynet",
                  "plugin": "bridge",
                  "device": "veth4f6f2e1c",
                  "busy": false
                }
              ],
              "uplinks": [],
              "socketPrograms": 0,
              "programs": 0,
              "maps": 0,
              "records": 0,
              "pinDirectory": "/sys/fs/bpf/dataplane/4",
              "runDirectory": "/run/dataplane/4"
            }

            """, _dpctl.Out);
    }
}
