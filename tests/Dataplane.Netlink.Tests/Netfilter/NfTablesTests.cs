using Dataplane.Netlink.Netfilter;

namespace Dataplane.Netlink.Tests;

/// <summary>Kernels as their files show them: a question is asked only where it loads no module.</summary>
public sealed class NfTablesTests
{
    private const string Conntrack = "proc/sys/net/netfilter/nf_conntrack_count";
    private const string Builtin = "lib/modules/6.1.0-test/modules.builtin";

    [Theory]
    [InlineData(true, "a loaded module", "sys/module/nf_tables/x")]
    [InlineData(false, "no netfilter at all", "proc/modules")]
    [InlineData(false, "no netfilter and no modules")]
    [InlineData(false, "a module that is not loaded", "proc/modules", Conntrack, Builtin + "=kernel/fs/ext4/ext4.ko\nkernel/net/netfilter/nf_tables_set.ko\n")]
    [InlineData(true, "part of the kernel, which has other modules", "proc/modules", Conntrack, Builtin + "=kernel/fs/ext4/ext4.ko\nkernel/net/netfilter/nf_tables.ko\n")]
    [InlineData(true, "a kernel without modules", Conntrack)]
    [InlineData(true, "modules, of which modprobe finds none", "proc/modules", Conntrack)]
    public void Is_asked(bool asked, string kernel, params string[] files)
    {
        Assert.NotEmpty(kernel);
        string root = Directory.CreateTempSubdirectory("nftables").FullName;
        foreach (string file in files.Append("proc/sys/kernel/osrelease=6.1.0-test\n"))
        {
            string[] parts = file.Split('=');
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, parts[0]))!);
            File.WriteAllText(Path.Combine(root, parts[0]), parts.Length > 1 ? parts[1] : "");
        }

        Assert.Equal(asked, NfTables.IsPresent(root));
        Directory.Delete(root, recursive: true);
    }
}
