using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.SourceRouting;

/// <summary>sbr killed (-9) at any call: DEL, and a retried ADD with DEL, give the main table all its routes back.</summary>
public sealed class KilledSourceRoutingTests
{
    [NeedsTheory(Needs.Namespaces | Needs.OurPlugins | Needs.Strace)]
    [InlineData("ADD", "sendto")]
    [InlineData("ADD", "flock")]
    [InlineData("DEL", "sendto")]
    public void No_route_is_lost(string command, string call)
    {
        using var bed = new NodeBed(pods: 1);
        TestNamespace pod = bed.Pods[0];
        pod.Ip("link", "add", "eth0", "type", "veth", "peer", "name", "far");
        pod.Ip("link", "set", "far", "up");
        pod.Ip("link", "set", "eth0", "up");
        pod.Ip("address", "add", "10.1.2.3/24", "dev", "eth0");
        pod.Ip("address", "add", "10.3.2.3/24", "dev", "eth0");
        pod.Ip("address", "add", "2001:db8:1::3/64", "dev", "eth0", "nodad");
        pod.Ip("route", "add", "default", "via", "10.1.2.1");
        pod.Ip("-6", "route", "add", "default", "via", "2001:db8:1::1");
        string before = Seen(pod);
        var plugins = new PluginRunner(bed.Host, OurPlugins.Directory);
        int kills = 0;
        while (true)
        {
            if (command == "DEL")
            {
                plugins.Add("sbr", Config, "c1", pod).OrThrow();
                Assert.NotEqual(before, Seen(pod));
            }

            if (!KilledCall.Run(bed, "sbr", command, Config, call, kills + 1))
            {
                break;
            }

            kills++;
            Assert.InRange(kills, 1, 100);
            if (kills % 2 == 0)
            {
                plugins.Add("sbr", Config, "c1", pod).OrThrow();
                plugins.Check("sbr", Config, "c1", pod).OrThrow();
            }

            plugins.Del("sbr", Config, "c1", pod).OrThrow();
            Assert.Equal(before, Seen(pod));
        }

        Assert.True(kills > 0, $"{command} of sbr never calls {call}: nothing was tested");
    }

    private const string Config = """
        {"cniVersion":"1.0.0","name":"net1","type":"sbr","prevResult":{"cniVersion":"1.0.0","interfaces":[{"name":"eth0"}],"ips":[
         {"address":"10.1.2.3/24","gateway":"10.1.2.1","interface":0},{"address":"10.3.2.3/24","interface":0},{"address":"2001:db8:1::3/64","gateway":"2001:db8:1::1","interface":0}]}}
        """;

    private static string Seen(TestNamespace pod)
    {
        string[] lines = [.. (pod.Ip("rule") + pod.Ip("-6", "rule") + pod.Ip("route", "show", "table", "all") + pod.Ip("-6", "route", "show", "table", "all"))
            .Split('\n').Where(line => !line.StartsWith("fe80", StringComparison.Ordinal) && !line.Contains("fe80:", StringComparison.Ordinal) && !line.StartsWith("multicast", StringComparison.Ordinal))
            .Select(line => line.Trim()).Order(StringComparer.Ordinal)];
        return string.Join('\n', lines);
    }
}
