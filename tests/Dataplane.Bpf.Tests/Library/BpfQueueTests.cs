using Dataplane.Abi;
using Dataplane.Interop;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>A pinned queue: first in, first out, and looking does not take.</summary>
public sealed class BpfQueueTests
{
    [NeedsFact(Needs.Namespaces)]
    public void Items_come_out_in_the_order_they_went_in()
    {
        using var node = new PinnedNode();
        using NodePrograms programs = node.Ensure();
        Assert.False(programs.SweepQueue.TryPeek(out SweepItem item));
        Assert.Equal(0ul, item.Ticket);
        programs.SweepQueue.Push(new SweepItem { Ticket = 1 });
        programs.SweepQueue.Push(new SweepItem { Ticket = 2 });
        Assert.True(programs.SweepQueue.TryPeek(out item));
        Assert.True(programs.SweepQueue.TryPop(out item));
        Assert.Equal(1ul, item.Ticket);
        Assert.True(programs.SweepQueue.TryPop(out item));
        Assert.Equal(2ul, item.Ticket);
        Assert.False(programs.SweepQueue.TryPop(out _));
    }

    [NeedsFact(Needs.Namespaces)]
    public void A_full_queue_says_so()
    {
        using var node = new PinnedNode();
        using NodePrograms programs = node.Ensure();
        for (uint i = 0; i < programs.SweepQueue.Info.MaxEntries; i++)
        {
            programs.SweepQueue.Push(new SweepItem { Ticket = i });
        }
        Assert.Equal(Errno.E2BIG, Assert.Throws<LinuxException>(() => programs.SweepQueue.Push(default)).Errno);
    }

    [NeedsFact(Needs.Namespaces)]
    public void What_is_no_queue_of_such_items_is_refused()
    {
        using var node = new PinnedNode();
        node.Ensure().Dispose();
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => BpfQueue<SweepItem>.TryOpenPinned($"{node.Directory}/maps/nat")).Errno);
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => BpfQueue<ulong>.TryOpenPinned($"{node.Directory}/maps/sweep_queue")).Errno);
        Assert.Null(BpfQueue<SweepItem>.TryOpenPinned($"{node.Directory}/maps/nothing"));
    }
}
