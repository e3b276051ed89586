using System.Net;
using static Dataplane.Netlink.RtnlConstants;
using static Dataplane.Netlink.RtnlMessages;

namespace Dataplane.Netlink;

// Routing rules.
public sealed partial class RtnlBatch
{
    /// <summary>Adds a rule: packets from one address are routed by a table. The kernel chooses its priority, before all it chose earlier.</summary>
    /// <param name="source">The address.</param>
    /// <param name="table">The table.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch AddRule(IPAddress source, uint table) =>
        Rule("add rule", RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, source, FamilyOf(source) == Interop.LibC.AF_INET ? 32 : 128, table, 0);

    /// <summary>Deletes a rule.</summary>
    /// <param name="rule">The rule; it has a source.</param>
    /// <returns>This batch.</returns>
    public RtnlBatch DeleteRule(RuleInfo rule) => Rule("delete rule", RTM_DELRULE, 0, rule.Source!, rule.SourceLength, rule.Table, rule.Priority);

    private RtnlBatch Rule(string name, ushort type, ushort flags, IPAddress source, int length, uint table, uint priority)
    {
        Begin(name, string.Concat("from ", source.ToString(), " lookup ", Subject((int)table)), type, flags, new fib_rule_hdr
        {
            family = FamilyOf(source),
            src_len = (byte)length,
            action = FR_ACT_TO_TBL,
        });
        _writer.Attribute(FRA_SRC, source);
        _writer.Attribute(FRA_TABLE, table);
        if (priority != 0)
        {
            _writer.Attribute(FRA_PRIORITY, priority);
        }

        return End();
    }
}
