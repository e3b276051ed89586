using System.Globalization;
using System.Text.RegularExpressions;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>from_pod and to_pod, loaded once on maps of their own, and two devices to run them on.</summary>
public sealed partial class Node : IDisposable
{
    private static readonly string[] s_perTest = ["endpoints", "addresses", "flows4", "flows6"];
    private readonly TestNamespace _namespace = TestNamespace.Create("bpf");
    private readonly Programs _programs;

    public Node()
    {
        _programs = new Programs(_namespace, "from_pod", "to_pod");
        _namespace.Ip("link", "add", "va", "type", "veth", "peer", "name", "vb");
        A = new Pod(Ifindex(_namespace, "va"), [2, 0, 0, 0, 0, 1], "10.1.0.1", "fd01::1");
        B = new Pod(Ifindex(_namespace, "vb"), [2, 0, 0, 0, 0, 2], "10.1.0.2", "fd01::2") { Generation = 2 };
    }

    /// <summary>The sender of most tests, with the lower address: side 0.</summary>
    public Pod A { get; }

    /// <summary>The receiver: side 1.</summary>
    public Pod B { get; }

    /// <summary>The namespace of the two devices.</summary>
    public TestNamespace Namespace => _namespace;

    /// <summary>Empty maps but for these pods.</summary>
    public void Reset(params Pod[] pods)
    {
        foreach (string name in s_perTest)
        {
            _programs[name].Flush();
        }
        foreach (Pod pod in pods)
        {
            Put(pod);
        }
        _programs.ResetCounters();
    }

    public void Put(Pod pod) => pod.Put(_programs);

    public void RemoveEndpoint(Pod pod) => _programs["endpoints"].Delete(pod.Ifindex);

    /// <summary>The pod sends a frame.</summary>
    public Outcome FromPod(Pod pod, byte[] frame, uint gsoSize = 0, int repeat = 1) =>
        _programs.Run("from_pod", pod.Ifindex, 0, frame, gsoSize, repeat);

    /// <summary>The stack sends a frame to the pod; it entered the host at <paramref name="ingress"/> (0: made by the host).</summary>
    public Outcome ToPod(Pod pod, byte[] frame, uint ingress, uint gsoSize = 0, int repeat = 1) =>
        _programs.Run("to_pod", pod.Ifindex, ingress, frame, gsoSize, repeat);

    /// <summary>The only flow there is, null when there is none.</summary>
    public FlowEntry? Flow()
    {
        FlowEntry[] all = [.. Flows()];
        Assert.InRange(all.Length, 0, 1);
        return all.Length == 0 ? null : all[0];
    }

    public IEnumerable<FlowEntry> Flows() => _programs["flows4"].All().Concat(_programs["flows6"].All()).Select(f => new FlowEntry(f.Key, f.Row));

    public void Write(FlowEntry flow) => _programs[flow.Key.Length == 16 ? "flows4" : "flows6"].Put(flow.Key, flow.Row);

    public void FlushFlows()
    {
        _programs["flows4"].Flush();
        _programs["flows6"].Flush();
    }

    public void Dispose()
    {
        _programs.Dispose();
        _namespace.Dispose();
    }

    internal static uint Ifindex(TestNamespace home, string device) =>
        uint.Parse(IndexBeforeColon().Match(Tool.Out("ip", "-n", home.Name, "-o", "link", "show", device)).Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\d+")]
    private static partial Regex IndexBeforeColon();
}
