using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Dataplane.TestKit;

/// <summary>
/// A tun device in each of two namespaces, with threads that carry the packets between them: a link without MAC addresses. Ends with the process
/// or when disposed; the devices end with it.
/// </summary>
public sealed partial class TunCable : IDisposable
{
    private const int ORdWr = 2;
    private const nuint TunSetIff = 0x400454ca;
    private const short IffTun = 1;
    private const short IffNoPi = 0x1000;
    private const short PollIn = 1;
    private readonly SafeFileHandle _left;
    private readonly SafeFileHandle _right;
    private readonly Thread[] _carriers;
    private volatile bool _ended;

    public TunCable(TestNamespace left, string leftDevice, TestNamespace right, string rightDevice)
    {
        _left = left.Run(() => Open(leftDevice));
        _right = right.Run(() => Open(rightDevice));
        _carriers = [new Thread(() => Carry(_left, _right)), new Thread(() => Carry(_right, _left))];
        Array.ForEach(_carriers, static carrier =>
        {
            carrier.IsBackground = true;
            carrier.Start();
        });
    }

    public void Dispose()
    {
        _ended = true;
        Array.ForEach(_carriers, static carrier => carrier.Join());
        _left.Dispose();
        _right.Dispose();
    }

    private unsafe void Carry(SafeFileHandle from, SafeFileHandle to)
    {
        byte[] buffer = new byte[64 * 1024];
        fixed (byte* packet = buffer)
        {
            while (!_ended)
            {
                var wait = new PollFd { Descriptor = (int)from.DangerousGetHandle(), Events = PollIn };
                if (poll(&wait, 1, 50) > 0)
                {
                    nint length = read(wait.Descriptor, packet, (nuint)buffer.Length);
                    // A device that is down refuses; so would a cable that is not plugged in.
                    _ = length > 0 ? write((int)to.DangerousGetHandle(), packet, (nuint)length) : 0;
                }
            }
        }
    }

    private static unsafe SafeFileHandle Open(string device)
    {
        int descriptor = open("/dev/net/tun", ORdWr);
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        // struct ifreq: the name in 16 bytes, then the flags.
        byte* request = stackalloc byte[40];
        new Span<byte>(request, 40).Clear();
        Encoding.ASCII.GetBytes(device, new Span<byte>(request, 15));
        *(short*)(request + 16) = IffTun | IffNoPi;
        if (descriptor < 0 || ioctl(descriptor, TunSetIff, request) != 0)
        {
            string error = Marshal.GetLastPInvokeErrorMessage();
            handle.Dispose();
            throw new IOException($"tun {device}: {error}");
        }
        return handle;
    }

    private struct PollFd
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int ioctl(int descriptor, nuint request, byte* argument);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int poll(PollFd* descriptors, nuint count, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint write(int descriptor, byte* buffer, nuint count);
}
