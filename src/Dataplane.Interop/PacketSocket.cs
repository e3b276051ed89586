using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Dataplane.Interop;

/// <summary>
/// A packet socket (packet(7)) of one device that sees the IPv4 UDP datagrams to one port and nothing else, and sends IPv4 packets to hardware
/// addresses. It belongs to the namespace it was opened in, wherever its thread goes afterwards. It never blocks.
/// </summary>
public sealed unsafe class PacketSocket : IDisposable
{
    private const int AddressLength = 20;
    private const ushort ETH_P_IP = 0x0800;
    private const byte PACKET_OTHERHOST = 3;
    private const byte PACKET_OUTGOING = 4;
    private const uint TP_STATUS_CSUMNOTREADY = 1 << 3;
    private readonly FileDescriptor _socket;
    private readonly int _ifIndex;

    private PacketSocket(FileDescriptor socket, int ifIndex)
    {
        _socket = socket;
        _ifIndex = ifIndex;
    }

    /// <summary>For poll(2).</summary>
    public int Fd => _socket.Number;

    /// <summary>Opens one in the calling thread's namespace.</summary>
    /// <param name="ifIndex">The device.</param>
    /// <param name="udpPort">The port whose datagrams it sees.</param>
    /// <exception cref="LinuxException">The kernel refuses: EPERM without CAP_NET_RAW, ENODEV without the device.</exception>
    public static PacketSocket Open(int ifIndex, ushort udpPort)
    {
        // With protocol 0 it sees nothing before bind(2): no packet comes in that the filter has not seen.
        int fd = LibC.socket(LibC.AF_PACKET, LibC.SOCK_DGRAM | LibC.SOCK_CLOEXEC | LibC.SOCK_NONBLOCK, 0);
        if (fd < 0)
        {
            throw Failed("socket", ifIndex);
        }

        var socket = new FileDescriptor(fd);
        try
        {
            Filter(fd, ifIndex, udpPort);
            int on = 1;
            if (LibC.setsockopt(fd, LibC.SOL_PACKET, LibC.PACKET_AUXDATA, &on, sizeof(int)) != 0)
            {
                throw Failed("setsockopt", ifIndex);
            }

            byte* address = stackalloc byte[AddressLength];
            Fill(new Span<byte>(address, AddressLength), ifIndex, default);
            return LibC.bind(fd, address, AddressLength) == 0 ? new PacketSocket(socket, ifIndex) : throw Failed("bind", ifIndex);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a packet, IPv4 header first.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="mac">The hardware address it goes to, 6 bytes.</param>
    /// <exception cref="LinuxException">The kernel refuses: ENETDOWN while the device is down, ENXIO when it is gone.</exception>
    public void Send(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> mac)
    {
        byte* address = stackalloc byte[AddressLength];
        Fill(new Span<byte>(address, AddressLength), _ifIndex, mac);
        fixed (byte* start = packet)
        {
            while (LibC.sendto(_socket.Number, start, (nuint)packet.Length, 0, address, AddressLength) < 0)
            {
                if (Marshal.GetLastPInvokeError() != Errno.EINTR)
                {
                    throw Failed("sendto", _ifIndex);
                }
            }
        }
    }

    /// <summary>Takes the next packet that is for this device.</summary>
    /// <param name="buffer">Gets the packet, IPv4 header first; what does not fit is cut off.</param>
    /// <param name="mac">Gets the hardware address of the sender, 6 bytes.</param>
    /// <param name="checksummed">False: a sender of this machine left the UDP checksum to the hardware, and there was none.</param>
    /// <returns>Its length; -1: there is none.</returns>
    public int Receive(Span<byte> buffer, Span<byte> mac, out bool checksummed)
    {
        byte* address = stackalloc byte[AddressLength];
        byte* control = stackalloc byte[64];
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var part = new LibC.iovec { iov_base = start, iov_len = (nuint)buffer.Length };
                var message = new LibC.msghdr
                {
                    msg_name = address,
                    msg_namelen = AddressLength,
                    msg_iov = &part,
                    msg_iovlen = 1,
                    msg_control = control,
                    msg_controllen = 64,
                };
                checksummed = true;
                nint length = LibC.recvmsg(_socket.Number, &message, LibC.MSG_DONTWAIT);
                if (length < 0)
                {
                    // A device that went down leaves one ENETDOWN behind: there is nothing to read either.
                    if (Marshal.GetLastPInvokeError() == Errno.EINTR)
                    {
                        continue;
                    }

                    return -1;
                }

                // struct sockaddr_ll: family 2, protocol 2, index 4, hardware type 2, packet type 1, address length 1, address 8.
                if (address[10] is PACKET_OTHERHOST or PACKET_OUTGOING)
                {
                    continue;
                }

                checksummed = !HasStatus(control, message.msg_controllen, TP_STATUS_CSUMNOTREADY);
                new ReadOnlySpan<byte>(address + 12, 6).CopyTo(mac);
                return (int)length;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    // One control message: struct cmsghdr (length 8, level 4, type 4), then struct tpacket_auxdata, which begins with the status.
    private static bool HasStatus(byte* control, nuint length, uint status) =>
        length >= 20 && *(int*)(control + 8) == LibC.SOL_PACKET && *(int*)(control + 12) == LibC.PACKET_AUXDATA && (*(uint*)(control + 16) & status) != 0;

    private static void Filter(int fd, int ifIndex, ushort port)
    {
        // The packet starts with its IPv4 header: UDP, no later fragment, to the port.
        ReadOnlySpan<LibC.sock_filter> program =
        [
            new(0x30, 0, 0, 9), // ldb [9]
            new(0x15, 0, 6, 17), // jeq #17
            new(0x28, 0, 0, 6), // ldh [6]
            new(0x45, 4, 0, 0x1fff), // jset #0x1fff
            new(0xb1, 0, 0, 0), // ldxb 4*([0]&0xf)
            new(0x48, 0, 0, 2), // ldh [x + 2]
            new(0x15, 0, 1, port), // jeq #port
            new(0x06, 0, 0, 0xffff), // ret #65535
            new(0x06, 0, 0, 0), // ret #0
        ];
        fixed (LibC.sock_filter* first = program)
        {
            var filter = new LibC.sock_fprog { len = (ushort)program.Length, filter = first };
            if (LibC.setsockopt(fd, LibC.SOL_SOCKET, LibC.SO_ATTACH_FILTER, &filter, (uint)sizeof(LibC.sock_fprog)) != 0)
            {
                throw Failed("setsockopt", ifIndex);
            }
        }
    }

    private static void Fill(Span<byte> sockaddr, int ifIndex, ReadOnlySpan<byte> mac)
    {
        sockaddr.Clear();
        BinaryPrimitives.WriteUInt16LittleEndian(sockaddr, LibC.AF_PACKET);
        BinaryPrimitives.WriteUInt16BigEndian(sockaddr[2..], ETH_P_IP);
        BinaryPrimitives.WriteInt32LittleEndian(sockaddr[4..], ifIndex);
        sockaddr[11] = (byte)mac.Length;
        mac.CopyTo(sockaddr[12..]);
    }

    private static LinuxException Failed(string operation, int ifIndex) =>
        new(operation, $"packet socket of device {ifIndex}", Marshal.GetLastPInvokeError());
}
