using Dataplane.Abi;
using Dataplane.Benchmarks.Beds;
using Dataplane.Benchmarks.Interleaved;
using Dataplane.Benchmarks.Reporting;
using Dataplane.Bpf;

namespace Dataplane.Benchmarks.Suites;

/// <content>How a path is made, and run.</content>
public partial class PacketPath
{
    private void Limited()
    {
        _bed!.Reset(bridged: true, EndpointFlags.Queued | EndpointFlags.Limit | EndpointFlags.Guard);
        _bed.Limit(_bed.A);
        _bed.Limit(_bed.B);
    }

    private Measured Fast(byte[] packet, bool bridged)
    {
        Prove(packet, bridged);
        if (bridged)
        {
            return FromPod(_bed!.A, packet, Redirect, Many);
        }

        return UntilTtl(packet);
    }

    private Measured UntilTtl(byte[] packet) => Sum(100, () => FromPod(_bed!.A, packet, Redirect, UntilTtlEnds));

    // A packet that was translated is another one the next time: each needs a call of its own, and its caches are colder for it.
    private Measured OneByOne(Func<BpfTestResult> run, int verdict) => Sum(Few, () => Of(run(), verdict, 1));

    private static Measured Sum(int count, Func<Measured> measure)
    {
        Measured sum = default;
        for (int i = 0; i < count; i++)
        {
            Measured part = measure();
            sum = new Measured(sum.Operations + part.Operations, sum.Nanoseconds + part.Nanoseconds) { Besides = part.Besides };
        }

        return sum;
    }

    // As packets do it: A sends, the stack routes, the uplink translates, and the flow is proven.
    private void Leave(byte[] packet)
    {
        _bed!.Reset(bridged: false);
        Expect(_bed.FromPod(_bed.A, packet, 1), Unspec);
        Expect(_bed.ToUplink(_bed.A, packet, 1), Unspec);
        Expect(_bed.FromPod(_bed.A, packet, 1), Redirect);
    }

    // As packets do it: A sends, the stack carries, B gets the same.
    private void Prove(byte[] packet, bool bridged)
    {
        _bed!.Reset(bridged);
        Prove(packet);
    }

    private void Prove(byte[] packet)
    {
        Expect(_bed!.FromPod(_bed.A, packet, 1), Unspec);
        Expect(_bed.ToPod(_bed.B, _bed.A, packet, 1), Unspec);
        Expect(_bed.FromPod(_bed.A, packet, 1), Redirect);
    }

    private Measured FromPod(uint ifindex, byte[] packet, int verdict, uint repeat) => Of(_bed!.FromPod(ifindex, packet, repeat), verdict, repeat);

    private Measured Of(BpfTestResult result, int verdict, uint repeat)
    {
        Expect(result, verdict);
        var measured = new Measured(repeat, (double)result.DurationNs * repeat);
        // Of a single run, most are the system call's.
        return repeat > 1 && _bed!.Instructions is { } instructions
            ? measured with { Besides = [new Besides("instructions", Unit.Count.Name, (double)instructions / repeat)] }
            : measured;
    }

    private static void Expect(BpfTestResult result, int verdict)
    {
        if (result.Verdict != verdict)
        {
            throw new InvalidOperationException($"the program answered {result.Verdict}, not {verdict}: what is measured is not what the row says");
        }
    }
}
