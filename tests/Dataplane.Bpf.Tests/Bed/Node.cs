using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Dataplane.Bpf.Tests.Native;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>
/// Both programs, loaded once on maps of their own, and two devices to run them on.
/// <para>
/// BPF_PROG_TEST_RUN (net/bpf/test_run.c) takes ifindex, ingress_ifindex, mark, priority, gso_size
/// and a few more from the context it is given and refuses the rest; ifindex must be a device of the
/// caller's network namespace, ingress_ifindex may be any number. bpf_redirect_peer() only says
/// TC_ACT_REDIRECT there, nothing is delivered.
/// </para>
/// </summary>
public sealed partial class Node : IDisposable
{
    private static readonly string[] s_maps = ["endpoints", "addresses", "flows4", "flows6", "counters", "node"];
    private readonly TestNamespace _namespace = TestNamespace.Create("bpf");
    private readonly nint _fromPod;
    private readonly nint _toPod;
    private readonly Dictionary<string, int> _map = [];
    private readonly string[] _counterNames;
    private readonly int _cpus = LibBpf.PossibleCpus();

    public Node()
    {
        string root = Root();
        _counterNames = CounterNames(root);
        _fromPod = Open(root, "from_pod");
        Load(_fromPod, "from_pod");
        _toPod = Open(root, "to_pod");
        foreach (string name in s_maps)
        {
            _map[name] = LibBpf.MapFd(LibBpf.FindMap(_fromPod, name));
            Assert.Equal(0, LibBpf.ReuseFd(LibBpf.FindMap(_toPod, name), _map[name]));
        }
        Load(_toPod, "to_pod");
        _namespace.Ip("link", "add", "va", "type", "veth", "peer", "name", "vb");
        A = new Pod(Ifindex("va"), [2, 0, 0, 0, 0, 1], "10.1.0.1", "fd01::1");
        B = new Pod(Ifindex("vb"), [2, 0, 0, 0, 0, 2], "10.1.0.2", "fd01::2") { Generation = 2 };
    }

    /// <summary>The sender of most tests, with the lower address: side 0.</summary>
    public Pod A { get; }

    /// <summary>The receiver: side 1.</summary>
    public Pod B { get; }

    /// <summary>Empty maps but for these pods.</summary>
    public void Reset(params Pod[] pods)
    {
        foreach (string name in new[] { "endpoints", "addresses", "flows4", "flows6" })
        {
            Flush(name);
        }
        foreach (Pod pod in pods)
        {
            Put(pod);
        }
        foreach (uint index in Enumerable.Range(0, _counterNames.Length))
        {
            Assert.Equal(0, LibBpf.Update(_map["counters"], BitConverter.GetBytes(index), new byte[16 * _cpus], 0));
        }
    }

    public void Put(Pod pod)
    {
        Assert.Equal(0, LibBpf.Update(_map["endpoints"], BitConverter.GetBytes(pod.Ifindex), pod.Row(), 0));
        foreach (bool v6 in new[] { false, true })
        {
            Assert.Equal(0, LibBpf.Update(_map["addresses"], pod.AddressKey(v6), pod.Owner(), 0));
        }
    }

    public void RemoveEndpoint(Pod pod) => Assert.Equal(0, LibBpf.Delete(_map["endpoints"], BitConverter.GetBytes(pod.Ifindex)));

    /// <summary>The namespace of the two devices.</summary>
    public TestNamespace Namespace => _namespace;

    /// <summary>The pod sends a frame.</summary>
    public Outcome FromPod(Pod pod, byte[] frame, uint gsoSize = 0, int repeat = 1) =>
        Run(LibBpf.ProgramFd(LibBpf.FindProgram(_fromPod, "from_pod")), pod.Ifindex, 0, frame, gsoSize, repeat);

    /// <summary>The stack sends a frame to the pod; it entered the host at <paramref name="ingress"/> (0: made by the host).</summary>
    public Outcome ToPod(Pod pod, byte[] frame, uint ingress, uint gsoSize = 0, int repeat = 1) =>
        Run(LibBpf.ProgramFd(LibBpf.FindProgram(_toPod, "to_pod")), pod.Ifindex, ingress, frame, gsoSize, repeat);

    /// <summary>The only flow there is, null when there is none.</summary>
    public FlowEntry? Flow()
    {
        FlowEntry[] all = [.. Flows()];
        Assert.InRange(all.Length, 0, 1);
        return all.Length == 0 ? null : all[0];
    }

    public IEnumerable<FlowEntry> Flows()
    {
        foreach ((string name, int size) in new[] { ("flows4", 16), ("flows6", 40) })
        {
            byte[] key = new byte[size];
            byte[] next = new byte[size];
            for (int more = LibBpf.NextKey(_map[name], default, next); more == 0; more = LibBpf.NextKey(_map[name], key, next))
            {
                next.CopyTo(key, 0);
                byte[] row = new byte[48];
                Assert.Equal(0, LibBpf.Lookup(_map[name], key, row));
                yield return new FlowEntry([.. key], row);
            }
        }
    }

    public void Write(FlowEntry flow) =>
        Assert.Equal(0, LibBpf.Update(_map[flow.Key.Length == 16 ? "flows4" : "flows6"], flow.Key, flow.Row, 0));

    public void FlushFlows()
    {
        Flush("flows4");
        Flush("flows6");
    }

    public void Dispose()
    {
        LibBpf.Close(_toPod);
        LibBpf.Close(_fromPod);
        _namespace.Dispose();
    }

    private unsafe Outcome Run(int program, uint ifindex, uint ingress, byte[] frame, uint gsoSize, int repeat)
    {
        Dictionary<string, ulong> before = Counters();
        byte[] output = new byte[frame.Length + 256];
        byte[] context = new byte[192]; // struct __sk_buff
        MemoryMarshal.Write(context.AsSpan(36), ingress);
        MemoryMarshal.Write(context.AsSpan(40), ifindex);
        MemoryMarshal.Write(context.AsSpan(176), gsoSize);
        LibBpf.TestRunOptions options = default;
        int result = 0;
        _namespace.Run(() =>
        {
            fixed (byte* dataIn = frame, dataOut = output, ctx = context)
            {
                options = new LibBpf.TestRunOptions
                {
                    Size = (nuint)sizeof(LibBpf.TestRunOptions),
                    DataIn = dataIn,
                    DataSizeIn = (uint)frame.Length,
                    DataOut = dataOut,
                    DataSizeOut = (uint)output.Length,
                    CtxIn = ctx,
                    CtxSizeIn = (uint)context.Length,
                    Repeat = repeat,
                };
                LibBpf.TestRunOptions local = options;
                result = LibBpf.TestRun(program, &local);
                options = local;
            }
            return 0;
        });
        Assert.True(result == 0, $"BPF_PROG_TEST_RUN: {result}");
        IEnumerable<string> counted = Counters().Where(c => c.Value != before[c.Key]).Select(c => c.Key);
        return new Outcome((Verdict)(int)options.ReturnValue, output[..(int)options.DataSizeOut], string.Join(' ', counted), options.Duration);
    }

    private Dictionary<string, ulong> Counters()
    {
        var all = new Dictionary<string, ulong>();
        byte[] row = new byte[16 * _cpus];
        for (uint index = 0; index < _counterNames.Length; index++)
        {
            Assert.Equal(0, LibBpf.Lookup(_map["counters"], BitConverter.GetBytes(index), row));
            ulong packets = 0;
            for (int cpu = 0; cpu < _cpus; cpu++)
            {
                packets += BitConverter.ToUInt64(row, 16 * cpu);
            }
            all[_counterNames[index]] = packets;
        }
        return all;
    }

    private void Flush(string name)
    {
        byte[] key = new byte[name switch { "endpoints" => 4, "addresses" => 20, "flows4" => 16, _ => 40 }];
        while (LibBpf.NextKey(_map[name], default, key) == 0)
        {
            Assert.Equal(0, LibBpf.Delete(_map[name], key));
        }
    }

    private uint Ifindex(string device) =>
        uint.Parse(IndexBeforeColon().Match(Tool.Out("ip", "-n", _namespace.Name, "-o", "link", "show", device)).Value, CultureInfo.InvariantCulture);

    private static nint Open(string root, string name)
    {
        string path = Path.Combine(root, "build/bpf", name + ".bpf.o");
        Assert.True(File.Exists(path), $"{path} is missing: cmake -B build && cmake --build build --target bpf_{name}");
        nint opened = LibBpf.Open(path);
        Assert.NotEqual(0, opened);
        return opened;
    }

    private static void Load(nint obj, string name)
    {
        int result = LibBpf.Load(obj);
        Assert.True(result == 0, $"{name}.bpf.o does not load: errno {-result}; libbpf's log is on stderr");
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Dataplane.sln")))
        {
            folder = folder.Parent;
        }
        return folder?.FullName ?? throw new InvalidOperationException("the tests run outside the source tree");
    }

    /// <summary>The names of enum dp_counter_index, from the one place that defines them.</summary>
    private static string[] CounterNames(string root)
    {
        string header = File.ReadAllText(Path.Combine(root, "bpf/include/dataplane/abi.h"));
        string body = header[header.IndexOf("enum dp_counter_index {", StringComparison.Ordinal)..];
        return [.. Enumerator().Matches(body[..body.IndexOf('}', StringComparison.Ordinal)]).Select(m => m.Groups[1].Value).TakeWhile(n => n != "COUNTERS")];
    }

    [GeneratedRegex(@"^\tDP_(\w+)", RegexOptions.Multiline)]
    private static partial Regex Enumerator();

    [GeneratedRegex(@"^\d+")]
    private static partial Regex IndexBeforeColon();
}
