using System.Buffers.Binary;
using System.Net;
using System.Text;
using static Dataplane.Netlink.Netfilter.NftConstants;

namespace Dataplane.Netlink.Netfilter;

/// <summary>What the kernel says of a rule. Numbers are big-endian in nf_tables; what is torn or unknown is passed over.</summary>
internal static class NftMessages
{
    // struct nfgenmsg: family, version, resource.
    private const int GenericHeader = 4;

    public static NftRule? ParseRule(ReadOnlySpan<byte> payload)
    {
        if (payload.Length < GenericHeader)
        {
            return null;
        }

        string chain = "", target = "", comment = "";
        ulong handle = 0;
        (IPAddress? Source, IPAddress? Destination, bool Accepts) match = default;
        var attributes = new NetlinkAttributes(payload[GenericHeader..]);
        while (attributes.Next())
        {
            switch (attributes.Type)
            {
                case NFTA_RULE_CHAIN:
                    chain = attributes.Text;
                    break;
                case NFTA_RULE_HANDLE:
                    _ = BinaryPrimitives.TryReadUInt64BigEndian(attributes.Payload, out handle);
                    break;
                case NFTA_RULE_EXPRESSIONS:
                    target = ParseTarget(attributes.Inner);
                    match = NftAddresses.Parse(attributes.Inner);
                    break;
                case NFTA_RULE_USERDATA:
                    comment = ParseComment(attributes.Payload);
                    break;
            }
        }

        return chain.Length > 0 && handle != 0
            ? new NftRule(chain, handle, target, comment) { Source = match.Source, Destination = match.Destination, Accepts = match.Accepts }
            : null;
    }

    public static uint ParseGeneration(ReadOnlySpan<byte> payload)
    {
        if (payload.Length >= GenericHeader)
        {
            var attributes = new NetlinkAttributes(payload[GenericHeader..]);
            while (attributes.Next())
            {
                if (attributes.Type == NFTA_GEN_ID && BinaryPrimitives.TryReadUInt32BigEndian(attributes.Payload, out uint generation))
                {
                    return generation;
                }
            }
        }

        return 0;
    }

    /// <summary>The chain of the rule's verdict: an expression "immediate" whose data is a verdict with a chain's name.</summary>
    private static string ParseTarget(NetlinkAttributes expressions)
    {
        while (expressions.Next())
        {
            if (expressions.Type != NFTA_LIST_ELEM)
            {
                continue;
            }

            bool immediate = false;
            var expression = expressions.Inner;
            while (expression.Next())
            {
                if (expression.Type == NFTA_EXPR_NAME)
                {
                    immediate = expression.Payload.SequenceEqual("immediate\0"u8);
                }
                else if (immediate && expression.Type == NFTA_EXPR_DATA && ParseVerdict(Find(Find(expression.Payload, NFTA_IMMEDIATE_DATA), NFTA_DATA_VERDICT)) is { } chain)
                {
                    return chain;
                }
            }
        }

        return "";
    }

    private static string? ParseVerdict(ReadOnlySpan<byte> verdict) =>
        BinaryPrimitives.TryReadInt32BigEndian(Find(verdict, NFTA_VERDICT_CODE), out int code) && code is NFT_JUMP or NFT_GOTO
            ? Text(Find(verdict, NFTA_VERDICT_CHAIN))
            : null;

    /// <summary>The payload of the first attribute of a type; nothing when there is none.</summary>
    internal static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> nested, ushort type)
    {
        var attributes = new NetlinkAttributes(nested);
        while (attributes.Next())
        {
            if (attributes.Type == type)
            {
                return attributes.Payload;
            }
        }

        return default;
    }

    private static string ParseComment(ReadOnlySpan<byte> userData)
    {
        while (userData.Length >= 2)
        {
            int length = userData[1];
            if (length > userData.Length - 2)
            {
                break;
            }

            if (userData[0] == NFTNL_UDATA_RULE_COMMENT)
            {
                return Text(userData.Slice(2, length));
            }

            userData = userData[(2 + length)..];
        }

        return "";
    }

    private static string Text(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
