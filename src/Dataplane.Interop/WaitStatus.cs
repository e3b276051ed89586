namespace Dataplane.Interop;

/// <summary>How a process ended, as wait(2) encodes it.</summary>
public static class WaitStatus
{
    private const int SignalBase = 128;

    /// <summary>In the words of the reference's error messages; null for an exit with 0.</summary>
    /// <param name="status">The status.</param>
    public static string? Describe(int status)
    {
        int signal = status & 0x7f;
        if (signal == 0)
        {
            int code = Code(status);
            return code == 0 ? null : $"exit status {code}";
        }

        return signal switch
        {
            2 => "signal: interrupt",
            6 => "signal: aborted",
            9 => "signal: killed",
            11 => "signal: segmentation fault",
            15 => "signal: terminated",
            _ => $"signal: signal {signal}",
        };
    }

    /// <summary>As a shell has it: the exit status, or 128 and the number of the signal.</summary>
    /// <param name="status">The status.</param>
    public static int ShellStatus(int status) => (status & 0x7f) is not 0 and int signal ? SignalBase + signal : Code(status);

    private static int Code(int status) => (status >> 8) & 0xff;
}
