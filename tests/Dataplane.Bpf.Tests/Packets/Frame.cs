using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Dataplane.Bpf.Tests.Packets;

/// <summary>
/// An Ethernet frame in the making. Lengths and the IPv4 checksum are right unless a test makes
/// them wrong; checksums of upper layers are not read by the programs and stay zero.
/// </summary>
public sealed class Frame
{
    private readonly byte[] _destination;
    private readonly byte[] _source;
    private IPAddress? _from;
    private IPAddress? _to;
    private ushort _etherType;
    private byte _protocol;
    private byte _ttl = 64;
    private byte _trafficClass;
    private byte[] _upper = [];
    private byte[] _options = [];
    private ushort _fragment;
    private readonly List<Action<byte[]>> _patches = [];

    public Frame(byte[] source, byte[] destination) => (_source, _destination) = (source, destination);

    public const int EthernetLength = 14;

    /// <summary>Where the IP header is.</summary>
    public const int Ip = EthernetLength;

    public Frame Between(string from, string to)
    {
        _from = IPAddress.Parse(from);
        _to = IPAddress.Parse(to);
        _etherType = (ushort)(_from.AddressFamily == AddressFamily.InterNetwork ? 0x0800 : 0x86dd);
        return this;
    }

    public Frame EtherType(ushort value, int payload = 46)
    {
        _etherType = value;
        _upper = new byte[payload];
        return this;
    }

    public Frame Ttl(byte value)
    {
        _ttl = value;
        return this;
    }

    /// <summary>The byte of DSCP and ECN: IPv4's type of service, IPv6's traffic class.</summary>
    public Frame TrafficClass(byte value)
    {
        _trafficClass = value;
        return this;
    }

    /// <summary>IPv4 options, or the bytes of IPv6 extension headers (give their type to <see cref="Protocol"/>).</summary>
    public Frame Options(params byte[] bytes)
    {
        _options = bytes;
        return this;
    }

    /// <summary>The 16 bits of IPv4's flags and offset.</summary>
    public Frame Fragment(ushort flagsAndOffset)
    {
        _fragment = flagsAndOffset;
        return this;
    }

    public Frame Tcp(ushort from, ushort to, TcpFlags flags, int payload = 20)
    {
        _protocol = 6;
        _upper = new byte[20 + payload];
        Ports(from, to);
        _upper[12] = 5 << 4;
        _upper[13] = (byte)flags;
        return this;
    }

    public Frame Udp(ushort from, ushort to, int payload = 20)
    {
        _protocol = 17;
        _upper = new byte[8 + payload];
        Ports(from, to);
        BinaryPrimitives.WriteUInt16BigEndian(_upper.AsSpan(4), (ushort)_upper.Length);
        return this;
    }

    /// <summary>An echo request of the family, or its reply.</summary>
    public Frame Echo(ushort id, bool reply = false, int payload = 20)
    {
        bool v4 = _etherType == 0x0800;
        _protocol = (byte)(v4 ? 1 : 58);
        return Icmp(v4 ? (byte)(reply ? 0 : 8) : (byte)(reply ? 129 : 128), 0, id, payload);
    }

    public Frame Icmp(byte type, byte code, ushort id = 0, int payload = 20)
    {
        _protocol = (byte)(_etherType == 0x0800 ? 1 : 58);
        _upper = new byte[8 + payload];
        _upper[0] = type;
        _upper[1] = code;
        BinaryPrimitives.WriteUInt16BigEndian(_upper.AsSpan(4), id);
        return this;
    }

    /// <summary>Any other protocol, or IPv6 next header.</summary>
    public Frame Protocol(byte value, int payload = 20)
    {
        _protocol = value;
        if (_upper.Length == 0)
        {
            _upper = new byte[payload];
        }
        return this;
    }

    /// <summary>Changes bytes of the finished frame; the IPv4 checksum is not mended.</summary>
    public Frame Patch(int offset, params byte[] bytes)
    {
        _patches.Add(frame => bytes.CopyTo(frame, offset));
        return this;
    }

    public byte[] Build()
    {
        byte[] ip = _from is null ? [] : _etherType == 0x0800 ? Header4() : Header6();
        byte[] frame = [.. _destination, .. _source, (byte)(_etherType >> 8), (byte)_etherType, .. ip, .. _options, .. _upper];
        if (_etherType == 0x0800 && ip.Length > 0)
        {
            MendChecksum(frame);
        }
        _patches.ForEach(patch => patch(frame));
        return frame;
    }

    /// <summary>What a router makes of a frame: MACs, TTL, IPv4 checksum.</summary>
    public static byte[] Routed(byte[] frame, byte[] source, byte[] destination)
    {
        byte[] routed = [.. frame];
        destination.CopyTo(routed, 0);
        source.CopyTo(routed, 6);
        if (routed[12] == 0x08)
        {
            routed[Ip + 8]--;
            MendChecksum(routed);
        }
        else
        {
            routed[Ip + 7]--;
        }
        return routed;
    }

    private static void MendChecksum(byte[] frame)
    {
        Span<byte> header = frame.AsSpan(Ip, (frame[Ip] & 0xf) * 4);
        header[10..12].Clear();
        uint sum = 0;
        for (int i = 0; i < header.Length; i += 2)
        {
            sum += BinaryPrimitives.ReadUInt16BigEndian(header[i..]);
        }
        sum = (sum & 0xffff) + (sum >> 16);
        sum = (sum & 0xffff) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(header[10..], (ushort)~sum);
    }

    private void Ports(ushort from, ushort to)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_upper, from);
        BinaryPrimitives.WriteUInt16BigEndian(_upper.AsSpan(2), to);
    }

    private byte[] Header4()
    {
        byte[] header = new byte[20];
        header[0] = (byte)(0x40 | ((20 + _options.Length) / 4));
        header[1] = _trafficClass;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(20 + _options.Length + _upper.Length));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(6), _fragment);
        header[8] = _ttl;
        header[9] = _protocol;
        _from!.GetAddressBytes().CopyTo(header, 12);
        _to!.GetAddressBytes().CopyTo(header, 16);
        return header;
    }

    private byte[] Header6()
    {
        byte[] header = new byte[40];
        header[0] = (byte)(0x60 | (_trafficClass >> 4));
        header[1] = (byte)(_trafficClass << 4);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)(_options.Length + _upper.Length));
        header[6] = _protocol;
        header[7] = _ttl;
        _from!.GetAddressBytes().CopyTo(header, 8);
        _to!.GetAddressBytes().CopyTo(header, 24);
        return header;
    }
}
