using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>SIGTERM and SIGINT as a flag that is looked at between steps, instead of the end of the process in the middle of one.</summary>
public static partial class Termination
{
    private static bool s_catching;

    /// <summary>The descriptor that is readable once a signal came, for poll(2); -1 before <see cref="Catch"/>.</summary>
    public static int Event { get; private set; } = -1;

    /// <summary>The signal that came, 0 for none.</summary>
    public static int Caught => s_catching ? dp_termination_caught() : 0;

    /// <summary>Catches both signals for the rest of the process.</summary>
    /// <exception cref="LinuxException">They cannot be caught.</exception>
    public static void Catch()
    {
        Event = dp_termination_catch();
        s_catching = Event >= 0 ? true : throw new LinuxException("sigaction", "SIGTERM", Marshal.GetLastPInvokeError());
    }

    /// <summary>Catches SIGHUP as well, unless it is ignored. After <see cref="Catch"/>.</summary>
    /// <exception cref="LinuxException">It cannot be caught.</exception>
    public static void CatchHangup()
    {
        if (dp_termination_catch_hangup() < 0)
        {
            throw new LinuxException("sigaction", "SIGHUP", Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>
    /// Takes note of what came: children that are started from now on, to clean up, do not get it passed on. <see cref="Caught"/> stays.
    /// </summary>
    public static void Acknowledge() => dp_termination_acknowledge();

    [LibraryImport("libdataplane_shim", SetLastError = true)]
    private static partial int dp_termination_catch();

    [LibraryImport("libdataplane_shim", SetLastError = true)]
    private static partial int dp_termination_catch_hangup();

    [LibraryImport("libdataplane_shim")]
    private static partial void dp_termination_acknowledge();

    [LibraryImport("libdataplane_shim")]
    private static partial int dp_termination_caught();
}
