namespace Dataplane.Netlink.Netfilter;

/// <summary>The name of a table, or of a chain in it.</summary>
/// <param name="Family">The table's family.</param>
/// <param name="Table">The table.</param>
/// <param name="Chain">The chain; "" for the table itself.</param>
public readonly record struct NftObject(NftFamily Family, string Table, string Chain = "");
