using System.Buffers.Binary;
using System.Net;
using static Dataplane.Netlink.Netfilter.NftConstants;

namespace Dataplane.Netlink.Netfilter;

/// <summary>
/// Which addresses a rule is about and whether it accepts, as far as it says so in the simplest way: bytes of the network header, compared with a
/// whole address. That is how iptables-nft writes "-s ADDRESS" and "-d ADDRESS".
/// </summary>
internal static class NftAddresses
{
    private const uint NetworkHeader = 1;
    private const uint Equal = 0;
    private const int Accept = 1;

    public static (IPAddress? Source, IPAddress? Destination, bool Accepts) Parse(NetlinkAttributes expressions)
    {
        (uint Offset, uint Length) loaded = default;
        IPAddress? source = null, destination = null;
        bool accepts = false;
        while (expressions.Next())
        {
            if (expressions.Type != NFTA_LIST_ELEM)
            {
                continue;
            }

            ReadOnlySpan<byte> name = NftMessages.Find(expressions.Payload, NFTA_EXPR_NAME), data = NftMessages.Find(expressions.Payload, NFTA_EXPR_DATA);
            if (name.SequenceEqual("payload\0"u8))
            {
                loaded = Number(data, NFTA_PAYLOAD_BASE) == NetworkHeader ? (Number(data, NFTA_PAYLOAD_OFFSET), Number(data, NFTA_PAYLOAD_LEN)) : default;
                continue;
            }

            ReadOnlySpan<byte> value = NftMessages.Find(NftMessages.Find(data, NFTA_CMP_DATA), NFTA_DATA_VALUE);
            if (name.SequenceEqual("cmp\0"u8) && Number(data, NFTA_CMP_OP) == Equal && value.Length == loaded.Length)
            {
                // struct iphdr: saddr at 12, daddr at 16; struct ipv6hdr: at 8 and 24.
                source = loaded is (12, 4) or (8, 16) ? new IPAddress(value) : source;
                destination = loaded is (16, 4) or (24, 16) ? new IPAddress(value) : destination;
            }
            else if (name.SequenceEqual("immediate\0"u8))
            {
                ReadOnlySpan<byte> verdict = NftMessages.Find(NftMessages.Find(data, NFTA_IMMEDIATE_DATA), NFTA_DATA_VERDICT);
                accepts |= BinaryPrimitives.TryReadInt32BigEndian(NftMessages.Find(verdict, NFTA_VERDICT_CODE), out int code) && code == Accept;
            }

            // Whatever else works on what was loaded (a mask) makes another value of it.
            loaded = default;
        }

        return (source, destination, accepts);
    }

    private static uint Number(ReadOnlySpan<byte> data, ushort type) => BinaryPrimitives.TryReadUInt32BigEndian(NftMessages.Find(data, type), out uint value) ? value : uint.MaxValue;
}
