namespace Dataplane.Netlink.Netfilter;

/// <summary>Numbers of linux/netfilter/nfnetlink.h, nf_tables.h and nfnetlink_conntrack.h, by their C names.</summary>
internal static class NftConstants
{
    public const int NETLINK_NETFILTER = 12;
    public const ushort NFNL_SUBSYS_NFTABLES = 10;
    public const ushort NFNL_MSG_BATCH_BEGIN = 16;
    public const ushort NFNL_MSG_BATCH_END = 17;
    public const ushort NFNL_BATCH_GENID = 1;

    public const ushort NFT_MSG_NEWTABLE = (NFNL_SUBSYS_NFTABLES << 8) | 0;
    public const ushort NFT_MSG_GETTABLE = (NFNL_SUBSYS_NFTABLES << 8) | 1;
    public const ushort NFT_MSG_DELTABLE = (NFNL_SUBSYS_NFTABLES << 8) | 2;
    public const ushort NFT_MSG_NEWCHAIN = (NFNL_SUBSYS_NFTABLES << 8) | 3;
    public const ushort NFT_MSG_GETCHAIN = (NFNL_SUBSYS_NFTABLES << 8) | 4;
    public const ushort NFT_MSG_DELCHAIN = (NFNL_SUBSYS_NFTABLES << 8) | 5;
    public const ushort NFT_MSG_NEWRULE = (NFNL_SUBSYS_NFTABLES << 8) | 6;
    public const ushort NFT_MSG_GETRULE = (NFNL_SUBSYS_NFTABLES << 8) | 7;
    public const ushort NFT_MSG_DELRULE = (NFNL_SUBSYS_NFTABLES << 8) | 8;
    public const ushort NFT_MSG_NEWGEN = (NFNL_SUBSYS_NFTABLES << 8) | 15;
    public const ushort NFT_MSG_GETGEN = (NFNL_SUBSYS_NFTABLES << 8) | 16;

    public const ushort IPCTNL_MSG_CT_GET_STATS = (1 << 8) | 5; // NFNL_SUBSYS_CTNETLINK
    public const ushort NFTA_TABLE_NAME = 1;
    public const ushort NFTA_CHAIN_TABLE = 1;
    public const ushort NFTA_CHAIN_NAME = 3;
    public const ushort NFTA_RULE_TABLE = 1;
    public const ushort NFTA_RULE_CHAIN = 2;
    public const ushort NFTA_RULE_HANDLE = 3;
    public const ushort NFTA_RULE_EXPRESSIONS = 4;
    public const ushort NFTA_RULE_USERDATA = 7;
    public const ushort NFTA_LIST_ELEM = 1;
    public const ushort NFTA_EXPR_NAME = 1;
    public const ushort NFTA_EXPR_DATA = 2;
    public const ushort NFTA_IMMEDIATE_DATA = 2;
    public const ushort NFTA_PAYLOAD_BASE = 2;
    public const ushort NFTA_PAYLOAD_OFFSET = 3;
    public const ushort NFTA_PAYLOAD_LEN = 4;
    public const ushort NFTA_CMP_OP = 2;
    public const ushort NFTA_CMP_DATA = 3;
    public const ushort NFTA_DATA_VALUE = 1;
    public const ushort NFTA_DATA_VERDICT = 2;
    public const ushort NFTA_VERDICT_CODE = 1;
    public const ushort NFTA_VERDICT_CHAIN = 2;
    public const ushort NFTA_GEN_ID = 1;
    public const int NFT_JUMP = -3;
    public const int NFT_GOTO = -4;

    // libnftnl's udata.h: what nft(8) keeps with a rule, type and length in a byte each.
    public const byte NFTNL_UDATA_RULE_COMMENT = 0;
}
