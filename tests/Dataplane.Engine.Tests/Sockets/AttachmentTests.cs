using System.Runtime.InteropServices;
using Dataplane.Bpf;
using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Engine.Tests.Sockets;

/// <summary>The programs at the root cgroup, which belongs to everybody and outlives every node.</summary>
public sealed partial class AttachmentTests
{
    private const Needs Wanted = Needs.Namespaces | Needs.Bpftool;
    private const int CLONE_NEWNS = 0x20000;
    private const ulong MS_REC_PRIVATE = 0x4000 | 0x40000;

    [NeedsFact(Wanted)]
    public void Each_program_is_attached_once_however_often_it_is_asked_for()
    {
        using var bed = new SocketBed();
        bed.Attach();
        bed.Attach();
        Assert.Equal(8, bed.OwnPrograms().Count);
        Assert.Equal(bed.OwnPrograms().Order(), SocketBed.AtTheRoot().Intersect(bed.OwnPrograms()).Order());
        Assert.Empty(SocketLinks.Missing(bed.Bed.Cookie));
        bed.Host.Run(() => HostSockets.Verify(bed.Node));
    }

    [NeedsFact(Wanted)]
    public void What_somebody_detached_is_missed_and_attached_again()
    {
        using var bed = new SocketBed();
        File.Delete($"{bed.Bed.PinDirectory}/links/host_sendmsg4");
        NodeException missed = Assert.Throws<NodeException>(() => bed.Host.Run(() => HostSockets.Verify(bed.Node)));
        Assert.Contains("host_sendmsg4", missed.Message, StringComparison.Ordinal);
        bed.Attach();
        bed.Host.Run(() => HostSockets.Verify(bed.Node));
        Assert.Equal(bed.OwnPrograms().Order(), SocketBed.AtTheRoot().Intersect(bed.OwnPrograms()).Order());
    }

    [NeedsTheory(Wanted)]
    [InlineData(false)]
    [InlineData(true)]
    public void With_a_nodes_pins_its_programs_are_gone_from_the_root(bool byHand)
    {
        using var bed = new SocketBed();
        IReadOnlyList<uint> own = bed.OwnPrograms();
        if (byHand)
        {
            Directory.Delete($"/sys/fs/bpf/dataplane/{bed.Bed.Cookie}", recursive: true);
        }
        else
        {
            bed.Host.Run(() => NodePrograms.Remove(bed.Bed.Cookie));
        }

        // The kernel takes a released link away a moment later, from a work queue.
        while (SocketBed.AtTheRoot().Intersect(own).Any())
        {
            Thread.Sleep(10);
        }
    }

    [NeedsFact(Wanted)]
    public void Where_cgroup2_is_not_mounted_the_root_is_found_all_the_same()
    {
        using var bed = new SocketBed();
        SocketLinks.Detach(bed.Bed.Cookie);
        Exception? failure = null;
        // Its mounts are this thread's alone.
        var thread = new Thread(() => failure = Record.Exception(() =>
        {
            Unmount();
            HostSockets.Ensure(bed.Node);
            Assert.DoesNotContain(File.ReadLines("/proc/thread-self/mounts"), static line => line.Contains(" cgroup2 ", StringComparison.Ordinal));
        }));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
        Assert.Empty(SocketLinks.Missing(bed.Bed.Cookie));
        Assert.Equal(bed.OwnPrograms().Order(), SocketBed.AtTheRoot().Intersect(bed.OwnPrograms()).Order());
    }

    private static unsafe void Unmount()
    {
        Assert.True(unshare(CLONE_NEWNS) == 0, Marshal.GetLastPInvokeErrorMessage());
        Assert.True(LibC.mount("none", "/", "", MS_REC_PRIVATE, null) == 0, Marshal.GetLastPInvokeErrorMessage());
        string[] mounted = [.. File.ReadLines("/proc/thread-self/mounts").Select(static line => line.Split(' ')).Where(static words => words[2] == "cgroup2").Select(static words => words[1])];
        foreach (string path in mounted)
        {
            Assert.True(LibC.umount2(path, LibC.MNT_DETACH) == 0, path);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);
}
