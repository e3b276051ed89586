using System.Net;
using System.Net.Sockets;

namespace Dataplane.Netlink;

/// <summary>A routing rule, as RTM_NEWRULE describes it.</summary>
/// <param name="Family">Of this family.</param>
/// <param name="Source">Of packets from here; null: from anywhere.</param>
/// <param name="SourceLength">Bits of it.</param>
/// <param name="Table">The table that is looked in; 0: none, the rule does something else.</param>
/// <param name="Priority">Lower ones are looked at first.</param>
public sealed record RuleInfo(AddressFamily Family, IPAddress? Source, int SourceLength, uint Table, uint Priority);
