using Dataplane.Cli.Output;
using Dataplane.Engine;
using Dataplane.Interop;
using Dataplane.Netlink;

namespace Dataplane.Cli.Commands;

/// <summary>One sentence and an exit status for whatever went wrong.</summary>
internal static class Failures
{
    /// <summary>Explains an exception to an operator.</summary>
    public static CommandFailure Explain(Exception failure) => failure switch
    {
        CommandFailure known => known,
        LinuxException { Errno: Errno.EPERM or Errno.EACCES } e => NotPermitted(e),
        NetlinkException { Errno: Errno.EPERM or Errno.EACCES } e => NotPermitted(e),
        NodeException { Details.Length: > 0 } e => new CommandFailure(ExitStatus.Broken, $"{e.Message} ({e.Details})", e),
        _ => new CommandFailure(ExitStatus.Broken, failure.Message, failure),
    };

    private static CommandFailure NotPermitted(Exception e) =>
        new(ExitStatus.NotPermitted, $"{e.Message}; reading a node takes root (CAP_BPF, CAP_NET_ADMIN and CAP_SYS_ADMIN): try sudo", e);
}
