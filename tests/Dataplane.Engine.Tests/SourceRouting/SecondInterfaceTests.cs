using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.SourceRouting;

/// <summary>sbr for one of two interfaces, which is detached while the container lives: the other one's routes are not touched.</summary>
public sealed class SecondInterfaceTests
{
    [NeedsTheory(Needs.Namespaces | Needs.OurPlugins)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void The_first_keeps_its_routes(bool hasDefault, bool sourceHints)
    {
        using var bed = new NodeBed(pods: 1);
        TestNamespace pod = bed.Pods[0];
        Attach(pod, "eth0", "3");
        pod.Ip("route", "add", "default", "via", "10.1.2.1", "dev", "eth0");
        pod.Ip("-6", "route", "add", "default", "via", "2001:db8:1::1", "dev", "eth0");
        string before = Routes(pod, "eth0");

        // As the reference's main plugins do: before those to the same destination.
        Attach(pod, "net1", "4");
        pod.Ip("route", "prepend", "192.0.2.0/24", "dev", "net1", "scope", "link");
        if (hasDefault)
        {
            pod.Ip("route", "prepend", "default", "via", "10.1.2.1", "dev", "net1");
            pod.Ip("-6", "route", "append", "default", "via", "2001:db8:1::1", "dev", "net1");
        }

        var plugins = new PluginRunner(bed.Host, OurPlugins.Directory);
        string config = Config(sourceHints);
        plugins.Add("sbr", config, "c1", pod, "net1").OrThrow();
        Assert.Equal(before, Routes(pod, "eth0"));
        Assert.Contains("dev net1", pod.Ip("route", "show", "table", "100"), StringComparison.Ordinal);

        plugins.Add("sbr", config, "c1", pod, "net1").OrThrow();
        plugins.Del("sbr", config, "c1", pod, "net1").OrThrow();
        Assert.Equal(before, Routes(pod, "eth0"));
        Assert.Contains("192.0.2.0/24", Routes(pod, "net1"), StringComparison.Ordinal);

        pod.Ip("link", "delete", "net1");
        Assert.Equal(before, Routes(pod, "eth0"));
    }

    [NeedsFact(Needs.Namespaces | Needs.OurPlugins)]
    public void A_source_hint_is_not_written_into_the_first_ones_route()
    {
        using var bed = new NodeBed(pods: 1);
        TestNamespace pod = bed.Pods[0];
        Attach(pod, "eth0", "3");
        string before = Routes(pod, "eth0");
        Attach(pod, "net1", "4");
        // Of the prefix that the address has, and without its source: what the hint is for. Behind the first one's.
        pod.Ip("route", "delete", "10.1.2.0/24", "dev", "net1");
        pod.Ip("route", "append", "10.1.2.0/24", "dev", "net1", "scope", "link");
        var plugins = new PluginRunner(bed.Host, OurPlugins.Directory);
        plugins.Add("sbr", Config(sourceHints: true), "c1", pod, "net1").OrThrow();
        Assert.Equal(before, Routes(pod, "eth0"));
        Assert.Contains("10.1.2.0/24 scope link src 10.1.2.4", Routes(pod, "net1"), StringComparison.Ordinal);
    }

    private static void Attach(TestNamespace pod, string ifName, string host)
    {
        pod.Ip("link", "add", ifName, "type", "veth", "peer", "name", $"far-{ifName}");
        pod.Ip("link", "set", $"far-{ifName}", "up");
        pod.Ip("link", "set", ifName, "up");
        pod.Ip("address", "add", $"10.1.2.{host}/24", "dev", ifName);
        pod.Ip("address", "add", $"2001:db8:1::{host}/64", "dev", ifName, "nodad");
    }

    private static string Routes(TestNamespace pod, string ifName) =>
        pod.Ip("route", "show", "dev", ifName) + string.Join('\n', pod.Ip("-6", "route", "show", "dev", ifName).Split('\n').Where(line => !line.StartsWith("fe80", StringComparison.Ordinal)));

    private static string Config(bool sourceHints) => $$$"""
        {"cniVersion":"1.0.0","name":"net1","type":"sbr","addSourceHints":{{{(sourceHints ? "true" : "false")}}},"prevResult":{"cniVersion":"1.0.0","interfaces":[{"name":"net1"}],"ips":[
         {"address":"10.1.2.4/24","gateway":"10.1.2.1","interface":0},{"address":"2001:db8:1::4/64","gateway":"2001:db8:1::1","interface":0}]}}
        """;
}
