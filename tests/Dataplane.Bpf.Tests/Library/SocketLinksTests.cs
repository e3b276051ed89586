using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>Links of the socket programs, at a cgroup of the test's own, in which no process is.</summary>
public sealed class SocketLinksTests
{
    private const int Most = 64; // BPF_CGROUP_MAX_PROGS, include/linux/bpf-cgroup.h

    [NeedsFact(Needs.Namespaces)]
    public void Programs_of_another_build_take_the_places()
    {
        using var node = new PinnedNode();
        using var cgroup = new TestCgroup();
        node.Ensure().Dispose();
        SocketLinks.Attach(node.Cookie, cgroup.Directory);
        Assert.Empty(SocketLinks.Missing(node.Cookie));
        string[] pins = [.. node.Pins.Where(static p => p.StartsWith("links/", StringComparison.Ordinal))];
        Assert.Equal(SocketLinks.Programs.Select(static p => $"links/{p}").Order(StringComparer.Ordinal), pins);

        node.EnsureOther(1).Dispose();
        Assert.Equal(8, SocketLinks.Missing(node.Cookie).Count);
        node.EnsureOther(2, _ => SocketLinks.Replace(node.Cookie)).Dispose();
        Assert.Empty(SocketLinks.Missing(node.Cookie));
        Assert.Equal(pins, node.Pins.Where(static p => p.StartsWith("links/", StringComparison.Ordinal)));
    }

    [NeedsFact(Needs.Namespaces)]
    public void Nothing_is_attached_by_a_load()
    {
        using var node = new PinnedNode();
        node.Ensure().Dispose();
        node.EnsureOther(1, _ => SocketLinks.Replace(node.Cookie)).Dispose();
        Assert.False(SocketLinks.ArePinned(node.Cookie));
        Assert.Equal(8, SocketLinks.Missing(node.Cookie).Count);
    }

    [NeedsFact(Needs.Namespaces)]
    public void Links_to_a_cgroup_that_was_removed_are_made_again()
    {
        using var node = new PinnedNode();
        using var second = new TestCgroup();
        node.Ensure().Dispose();
        using (var first = new TestCgroup())
        {
            SocketLinks.Attach(node.Cookie, first.Directory);
        }

        // The kernel detaches them from a work queue.
        while (SocketLinks.Missing(node.Cookie).Count < 8)
        {
            Thread.Sleep(10);
        }

        SocketLinks.Attach(node.Cookie, second.Directory);
        Assert.Empty(SocketLinks.Missing(node.Cookie));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_full_cgroup_says_so()
    {
        using var node = new PinnedNode();
        using var cgroup = new TestCgroup();
        node.Ensure().Dispose();
        var others = new List<FileDescriptor>();
        using BpfProgram program = BpfProgram.TryOpenPinned($"{node.Directory}/programs/host_connect6")!;
        for (int i = 0; i < Most; i++)
        {
            var attr = new BpfAttr.LinkCreate { ProgFd = (uint)program.Fd, TargetFd = (uint)cgroup.Directory.Number, AttachType = 11 };
            int link = BpfCalls.Call(BpfCommand.LinkCreate, ref attr);
            Assert.True(link >= 0, $"link {i}");
            others.Add(new FileDescriptor(link));
        }

        LinuxException full = Assert.Throws<LinuxException>(() => SocketLinks.Attach(node.Cookie, cgroup.Directory));
        Assert.Equal(Errno.E2BIG, full.Errno);
        Assert.False(SocketLinks.ArePinned(node.Cookie));

        others.ForEach(static l => l.Dispose());
        SocketLinks.Attach(node.Cookie, cgroup.Directory);
        Assert.Empty(SocketLinks.Missing(node.Cookie));
    }

    /// <summary>A cgroup below the root of cgroup2.</summary>
    private sealed class TestCgroup : IDisposable
    {
        private static int s_counter;
        private readonly string _path;

        public TestCgroup()
        {
            string root = File.ReadLines("/proc/mounts").Select(static l => l.Split(' ')).First(static w => w[2] == "cgroup2")[1];
            _path = $"{root}/dptest-{Environment.ProcessId}-{Interlocked.Increment(ref s_counter)}";
            System.IO.Directory.CreateDirectory(_path);
            Directory = new FileDescriptor(LibC.open(_path, LibC.O_RDONLY | LibC.O_CLOEXEC));
        }

        public FileDescriptor Directory { get; }

        public void Dispose()
        {
            Directory.Dispose();
            System.IO.Directory.Delete(_path);
        }
    }
}
