using Dataplane.Interop;

namespace Dataplane.Engine;

/// <summary>A call that is asked to end stops at the next step and undoes what it did.</summary>
public static class Interruption
{
    private const int SIGINT = 2;

    /// <summary>Whether SIGTERM or SIGINT came.</summary>
    public static bool Requested => Termination.Caught != 0;

    /// <summary>
    /// Takes note of the signal where undoing begins: the children that undoing starts (an IPAM plugin's DEL) are to come to their end, and not to get a signal
    /// passed on that was for the ADD. A further one is passed on to them.
    /// </summary>
    public static void BeginUndo() => Termination.Acknowledge();

    /// <summary>Ends the call at this step when a signal came.</summary>
    /// <exception cref="NodeException">SIGTERM or SIGINT came.</exception>
    public static void ThrowIfRequested()
    {
        if (Termination.Caught is not 0 and int signal)
        {
            throw new NodeException($"interrupted by {(signal == SIGINT ? "SIGINT" : "SIGTERM")}; what was done is undone");
        }
    }
}
