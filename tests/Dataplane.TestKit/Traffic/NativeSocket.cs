using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Dataplane.TestKit;

/// <summary>Sockets of protocols that .NET has no name for and therefore refuses.</summary>
internal static partial class NativeSocket
{
    private const int CloseOnExec = 0x80000;

    /// <summary>socket(2), in the calling thread's network namespace.</summary>
    public static Socket Open(int family, int type, int protocol)
    {
        int descriptor = socket(family, type | CloseOnExec, protocol);
        return descriptor >= 0
            ? new Socket(new SafeSocketHandle(descriptor, ownsHandle: true))
            : throw new IOException($"socket({family}, {type}, {protocol}): {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);
}
