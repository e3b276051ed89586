using System.Net.Sockets;

namespace Dataplane.TestKit;

/// <summary>
/// Ports that were just closed. A process that another test starts at this moment has a copy of every descriptor, from fork to exec, and
/// with it keeps sockets open that this process has closed.
/// </summary>
internal static class PortInUse
{
    private const int Tries = 50;

    public static T Retry<T>(Func<T> open)
    {
        for (int i = 1; ; i++)
        {
            try
            {
                return open();
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AddressNotAvailable && i < Tries)
            {
                Thread.Sleep(20);
            }
        }
    }
}
