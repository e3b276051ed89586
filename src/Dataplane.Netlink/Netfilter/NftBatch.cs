using System.Buffers.Binary;
using static Dataplane.Netlink.Netfilter.NftConstants;
using static Dataplane.Netlink.RtnlConstants;

namespace Dataplane.Netlink.Netfilter;

/// <summary>
/// Deletions that the kernel does all or none of (<see cref="NftSocket.TryCommit"/>), and only on the rule set that was looked at
/// to decide on them.
/// </summary>
public sealed class NftBatch
{
    private readonly NetlinkWriter _writer = new();
    private readonly List<(string Name, string Subject, int Offset)> _requests = [];

    /// <summary>An empty batch.</summary>
    /// <param name="generation">The rule set's generation (<see cref="NftSocket.Generation"/>), asked before anything was looked at.</param>
    public NftBatch(uint generation)
    {
        Begin(NFNL_MSG_BATCH_BEGIN, 0, 0);
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, generation);
        _writer.Attribute(NFNL_BATCH_GENID, bytes);
        _writer.EndMessage();
    }

    /// <summary>How many deletions it holds.</summary>
    public int Count => _requests.Count;

    /// <summary>Deletes one rule.</summary>
    /// <param name="family">The table's family.</param>
    /// <param name="table">The table.</param>
    /// <param name="rule">The rule, as a dump gave it.</param>
    public void DeleteRule(NftFamily family, string table, NftRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        Request("delete rule in chain", rule.Chain, NFT_MSG_DELRULE, family);
        _writer.Attribute(NFTA_RULE_TABLE, table);
        _writer.Attribute(NFTA_RULE_CHAIN, rule.Chain);
        Span<byte> handle = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(handle, rule.Handle);
        _writer.Attribute(NFTA_RULE_HANDLE, handle);
        _writer.EndMessage();
    }

    /// <summary>Deletes a chain and the rules in it. The kernel refuses while a rule elsewhere jumps to it (EBUSY).</summary>
    /// <param name="family">The table's family.</param>
    /// <param name="table">The table.</param>
    /// <param name="chain">The chain.</param>
    public void DeleteChain(NftFamily family, string table, string chain)
    {
        Request("flush chain", chain, NFT_MSG_DELRULE, family);
        _writer.Attribute(NFTA_RULE_TABLE, table);
        _writer.Attribute(NFTA_RULE_CHAIN, chain);
        _writer.EndMessage();
        Request("delete chain", chain, NFT_MSG_DELCHAIN, family);
        _writer.Attribute(NFTA_CHAIN_TABLE, table);
        _writer.Attribute(NFTA_CHAIN_NAME, chain);
        _writer.EndMessage();
    }

    /// <summary>Deletes a table with everything in it.</summary>
    /// <param name="family">Its family.</param>
    /// <param name="table">The table.</param>
    public void DeleteTable(NftFamily family, string table)
    {
        Request("delete table", table, NFT_MSG_DELTABLE, family);
        _writer.Attribute(NFTA_TABLE_NAME, table);
        _writer.EndMessage();
    }

    /// <summary>Ends the batch: the first message has sequence number <paramref name="first"/>, each deletion one more.</summary>
    internal ReadOnlySpan<byte> Close(uint first)
    {
        Begin(NFNL_MSG_BATCH_END, 0, 0);
        _writer.EndMessage();
        _writer.SetSequence(0, first);
        for (int i = 0; i < _requests.Count; i++)
        {
            _writer.SetSequence(_requests[i].Offset, first + 1 + (uint)i);
        }

        return _writer.Written;
    }

    internal (string Name, string Subject) Describe(uint index) => index < _requests.Count ? (_requests[(int)index].Name, _requests[(int)index].Subject) : ("commit", "nf_tables");

    private void Request(string name, string subject, ushort type, NftFamily family)
    {
        _requests.Add((name, subject, _writer.Length));
        Begin(type, (byte)family, NLM_F_ACK);
    }

    private void Begin(ushort type, byte family, ushort flags)
    {
        _writer.BeginMessage(type, (ushort)(NLM_F_REQUEST | flags), 0);
        NftSocket.AppendHeader(_writer, family, type is NFNL_MSG_BATCH_BEGIN or NFNL_MSG_BATCH_END ? NFNL_SUBSYS_NFTABLES : (ushort)0);
    }
}
