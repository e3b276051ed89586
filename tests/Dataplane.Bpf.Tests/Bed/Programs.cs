using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Dataplane.Bpf.Tests.Native;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Bed;

/// <summary>
/// Compiled programs, loaded on one set of maps of their own, run on devices of one namespace.
/// <para>
/// BPF_PROG_TEST_RUN (net/bpf/test_run.c) takes ifindex, ingress_ifindex, mark, priority, gso_size
/// and a few more from the context it is given and refuses the rest; ifindex must be a device of the
/// caller's network namespace, ingress_ifindex may be any number. bpf_redirect_peer() and its kin only
/// say TC_ACT_REDIRECT there, nothing is delivered. A SCHED_CLS program always gets the frame as given, at least
/// 14 bytes, with skb-&gt;protocol from bytes 12 and 13, whatever the device is; vlan_tci cannot be set: <see cref="RunTagged"/>.
/// </para>
/// </summary>
public sealed partial class Programs : IDisposable
{
    private readonly Worker _worker;
    private readonly List<nint> _objects = [];
    private readonly Dictionary<string, int> _program = [];
    private readonly Dictionary<string, MapTable> _map = [];
    private readonly string[] _counterNames;
    private readonly int _cpus = LibBpf.PossibleCpus();

    /// <summary>Loads build/bpf/NAME.bpf.o of each name, which must hold a program of that name.</summary>
    public Programs(TestNamespace home, params ReadOnlySpan<string> names)
    {
        string root = Root();
        _worker = new Worker(home);
        _counterNames = CounterNames(root);
        foreach (string name in names)
        {
            Load(root, name);
        }
    }

    public MapTable this[string map] => _map[map];

    /// <summary>How many packets were counted under a name.</summary>
    public ulong Counted(string name) => Counters()[Array.IndexOf(_counterNames, name)];

    /// <summary>Sets every counter to 0.</summary>
    public void ResetCounters()
    {
        foreach (uint index in Enumerable.Range(0, _counterNames.Length))
        {
            Assert.Equal(0, LibBpf.Update(_map["counters"].Fd, BitConverter.GetBytes(index), new byte[16 * _cpus], 0));
        }
    }

    /// <summary>Runs a program on a frame at a device; says which counters changed.</summary>
    public Outcome Run(string program, uint ifindex, uint ingress, byte[] frame, uint gsoSize = 0, int repeat = 1)
    {
        ulong[] before = Counters();
        Outcome outcome = _worker.Run(() => RunHere(program, ifindex, ingress, frame, gsoSize, repeat));
        ulong[] after = Counters();
        return outcome with { Counters = string.Join(' ', _counterNames.Where((_, i) => after[i] != before[i])) };
    }

    /// <summary>The same with more of the packet's context.</summary>
    public Outcome Run(string program, SkbContext context, byte[] frame, int repeat = 1)
    {
        ulong[] before = Counters();
        Outcome outcome = _worker.Run(() => RunHere(program, context, frame, repeat));
        ulong[] after = Counters();
        return outcome with { Counters = string.Join(' ', _counterNames.Where((_, i) => after[i] != before[i])) };
    }

    /// <summary>The same with a tc_index on the packet, which BPF_PROG_TEST_RUN itself does not set.</summary>
    public Outcome RunMarked(uint mark, string program, SkbContext context, byte[] frame) =>
        RunBehind(RawProgram.Marks(mark, _program[program]), program, context, frame);

    /// <summary>The same with a tag of 802.1Q, which the kernel keeps beside the frame.</summary>
    public Outcome RunTagged(ushort tci, string program, SkbContext context, byte[] frame) =>
        RunBehind(RawProgram.Tags(tci, _program[program]), program, context, frame);

    private Outcome RunBehind(RawProgram first, string program, SkbContext context, byte[] frame)
    {
        using RawProgram behind = first;
        ulong[] before = Counters();
        Outcome outcome = _worker.Run(() => TestRun(behind.Fd, program, context, frame));
        ulong[] after = Counters();
        return outcome with { Counters = string.Join(' ', _counterNames.Where((_, i) => after[i] != before[i])) };
    }

    /// <summary>The same on a thread that is in the namespace already; looks at no counter.</summary>
    internal Outcome RunHere(string program, uint ifindex, uint ingress, byte[] frame, uint gsoSize = 0, int repeat = 1) =>
        RunHere(program, new SkbContext { Ifindex = ifindex, Ingress = ingress, GsoSize = gsoSize }, frame, repeat);

    /// <inheritdoc cref="RunHere(string,uint,uint,byte[],uint,int)"/>
    internal Outcome RunHere(string program, SkbContext context, byte[] frame, int repeat = 1) => TestRun(_program[program], program, context, frame, repeat);

    /// <summary>Runs a program that is none of these.</summary>
    internal static unsafe Outcome TestRun(int fd, string name, SkbContext context, byte[] frame, int repeat = 1)
    {
        byte[] output = new byte[frame.Length + 256];
        byte[] before = context.Bytes(), after = new byte[before.Length];
        fixed (byte* dataIn = frame, dataOut = output, contextIn = before, contextOut = after)
        {
            var options = new LibBpf.TestRunOptions
            {
                Size = (nuint)sizeof(LibBpf.TestRunOptions),
                DataIn = dataIn,
                DataSizeIn = (uint)frame.Length,
                DataOut = dataOut,
                DataSizeOut = (uint)output.Length,
                CtxIn = contextIn,
                CtxSizeIn = (uint)before.Length,
                CtxOut = contextOut,
                CtxSizeOut = (uint)after.Length,
                Repeat = repeat,
            };
            int result = LibBpf.TestRun(fd, &options);
            Assert.True(result == 0, $"BPF_PROG_TEST_RUN of {name}: {result}");
            return new Outcome((Verdict)(int)options.ReturnValue, output[..(int)options.DataSizeOut], "", options.Duration) { Context = SkbContext.Read(after) };
        }
    }

    /// <summary>The file descriptor of a loaded program.</summary>
    internal int Fd(string program) => _program[program];

    public void Dispose()
    {
        _worker.Dispose();
        _objects.ForEach(LibBpf.Close);
    }

    private void Load(string root, string name)
    {
        string path = Path.Combine(root, "build/bpf", name + ".bpf.o");
        Assert.True(File.Exists(path), $"{path} is missing: cmake -B build && cmake --build build --target bpf_{name}");
        nint opened = LibBpf.Open(path);
        Assert.NotEqual(0, opened);
        _objects.Add(opened);
        foreach (KeyValuePair<string, MapTable> shared in _map)
        {
            nint map = LibBpf.FindMap(opened, shared.Key);
            Assert.True(map == 0 || LibBpf.ReuseFd(map, shared.Value.Fd) == 0, shared.Key);
        }
        int result = LibBpf.Load(opened);
        Assert.True(result == 0, $"{name}.bpf.o does not load: errno {-result}; libbpf's log is on stderr");
        _program[name] = LibBpf.ProgramFd(LibBpf.FindProgram(opened, name));
        for (nint map = LibBpf.NextMap(opened, 0); map != 0; map = LibBpf.NextMap(opened, map))
        {
            _map.TryAdd(Marshal.PtrToStringUTF8(LibBpf.MapName(map))!, new MapTable(LibBpf.MapFd(map), (int)LibBpf.KeySize(map), (int)LibBpf.ValueSize(map)));
        }
    }

    private ulong[] Counters()
    {
        ulong[] all = new ulong[_counterNames.Length];
        byte[] row = new byte[16 * _cpus];
        for (uint index = 0; index < all.Length; index++)
        {
            Assert.Equal(0, LibBpf.Lookup(_map["counters"].Fd, BitConverter.GetBytes(index), row));
            for (int cpu = 0; cpu < _cpus; cpu++)
            {
                all[index] += BitConverter.ToUInt64(row, 16 * cpu);
            }
        }
        return all;
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
        string header = File.ReadAllText(Path.Combine(root, "bpf/include/dataplane/abi_counters.h"));
        string body = header[header.IndexOf("enum dp_counter_index {", StringComparison.Ordinal)..];
        return [.. Enumerator().Matches(body[..body.IndexOf('}', StringComparison.Ordinal)]).Select(m => m.Groups[1].Value).TakeWhile(n => n != "COUNTERS")];
    }

    [GeneratedRegex(@"^\tDP_(\w+)", RegexOptions.Multiline)]
    private static partial Regex Enumerator();
}
