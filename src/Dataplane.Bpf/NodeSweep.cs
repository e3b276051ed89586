using System.Diagnostics;
using Dataplane.Abi;
using Dataplane.Interop;

namespace Dataplane.Bpf;

/// <summary>
/// Keeps the sweep of a node's connections going. The kernel's timer does it; where the kernel refuses the timer (PREEMPT_RT),
/// whoever attaches or detaches a container does a step.
/// </summary>
public static class NodeSweep
{
    private const ulong MostIdleSeconds = 5;

    /// <summary>Starts the timer, or gives the one that runs the program of this build.</summary>
    /// <param name="programs">The node's programs.</param>
    internal static void Start(NodePrograms programs)
    {
        // Of the packet nothing is looked at; it has to have an Ethernet header. What it says is not needed: Tend tries again.
        Span<byte> packet = stackalloc byte[64];
        packet.Clear();
        programs.SweepStart.TestRun(packet, [], []);
    }

    /// <summary>Does what is to be done when no step was made for some seconds; mostly it only looks.</summary>
    /// <param name="programs">The node's programs.</param>
    public static void Tend(NodePrograms programs)
    {
        ArgumentNullException.ThrowIfNull(programs);
        try
        {
            if (programs.Sweep.TryLookup(0, out SweepRow row) && Now() - row.LastRun > MostIdleSeconds * 1_000_000_000)
            {
                Start(programs);
            }
        }
        catch (LinuxException)
        {
            // Pins that somebody removed; the next load makes them again. Nothing but room in a table depends on it.
        }
    }

    /// <summary>CLOCK_MONOTONIC, nanoseconds: what the rows' times are of.</summary>
    private static ulong Now() => (ulong)Stopwatch.GetTimestamp() * (1_000_000_000 / (ulong)Stopwatch.Frequency);
}
