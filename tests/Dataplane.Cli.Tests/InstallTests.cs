using Dataplane.TestKit;

namespace Dataplane.Cli.Tests;

/// <summary>install.sh in a directory like a node's, filled with Debian's reference plugins.</summary>
public sealed class InstallTests : IDisposable
{
    private const Needs Both = Needs.OurPlugins | Needs.ReferencePlugins;

    private readonly PluginDirectory _node = new();

    public void Dispose() => _node.Dispose();

    [NeedsFact(Both)]
    public void One_file_under_all_names_and_the_originals_kept()
    {
        File.WriteAllText(_node.Plugin("calico"), "somebody else's");
        Directory.CreateDirectory(_node.Plugin("multus.d"));
        string foreign = PluginDirectory.Facts(_node.Plugin("calico"));

        string said = _node.Install().OrThrow().StdoutText;

        string[] names = [.. Directory.GetFiles(OurPlugins.Directory).Select(Path.GetFileName).Order()!];
        string inode = Assert.Single(names.Select(name => Tool.Out("stat", "-c", "%i %h %a", _node.Plugin(name)).Trim()).Distinct());
        Assert.EndsWith($" {names.Length} 755", inode, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(Path.Combine(OurPlugins.Directory, "bridge")), File.ReadAllBytes(_node.Plugin("bridge")));
        Assert.Equal(_node.Reference, PluginDirectory.Tree(_node.Kept));
        Assert.Equal(foreign, PluginDirectory.Facts(_node.Plugin("calico")));
        Assert.Equal([.. names.Append("calico").Append("multus.d").Order()], _node.Names());
        Assert.Equal(["cnitool", "dpctl"], Directory.GetFiles(_node.Bin).Select(Path.GetFileName).Order());
        Assert.Contains($"{names.Length} names of one executable in {_node.Cni}\n", said, StringComparison.Ordinal);
        Assert.Contains($"{_node.Reference.Length} kept in {_node.Kept}\n", said, StringComparison.Ordinal);
    }

    [NeedsFact(Both)]
    public void Back_is_what_was_before_whatever_was_installed_in_between()
    {
        File.WriteAllText(_node.Plugin("calico"), "somebody else's");
        string[] before = PluginDirectory.Tree(_node.Cni);
        _node.Install().OrThrow();
        Assert.NotEqual(before, PluginDirectory.Tree(_node.Cni));
        _node.Install().OrThrow();

        string said = _node.RollBack().OrThrow().StdoutText;

        Assert.Equal(before, PluginDirectory.Tree(_node.Cni));
        Assert.False(Directory.Exists(_node.Kept));
        Assert.Contains($"originals: {_node.Reference.Length} put back into {_node.Cni}\n", said, StringComparison.Ordinal);
        Assert.Contains("dpctl unload", said, StringComparison.Ordinal);
        ToolResult again = _node.RollBack();
        Assert.Equal(1, again.ExitStatus);
        Assert.Equal($"install: nothing was kept in {_node.Kept}: there is nothing to put back, and {_node.Cni} stays as it is\n", again.StderrText);
        Assert.Equal(before, PluginDirectory.Tree(_node.Cni));
    }

    [NeedsFact(Both)]
    public void Symbolic_links_are_kept_as_links_and_nothing_is_written_through_them()
    {
        string real = Directory.CreateDirectory(Path.Combine(_node.Root, "real")).FullName;
        File.Move(_node.Plugin("ptp"), Path.Combine(real, "ptp"));
        File.CreateSymbolicLink(_node.Plugin("ptp"), "../real/ptp");
        File.Delete(_node.Plugin("macvlan"));
        File.CreateSymbolicLink(_node.Plugin("macvlan"), "bridge");
        File.Delete(_node.Plugin("vrf"));
        File.CreateSymbolicLink(_node.Plugin("vrf"), "nowhere");
        string[] before = PluginDirectory.Tree(_node.Cni), behind = PluginDirectory.Tree(real);

        _node.Install().OrThrow();
        Assert.All((string[])["ptp", "macvlan", "vrf"], name => Assert.Null(new FileInfo(_node.Plugin(name)).LinkTarget));
        _node.Install().OrThrow();
        Assert.Equal(behind, PluginDirectory.Tree(real));

        _node.RollBack().OrThrow();
        Assert.Equal(before, PluginDirectory.Tree(_node.Cni));
        Assert.Equal(behind, PluginDirectory.Tree(real));
    }

    [NeedsTheory(Both)]
    [InlineData(true)]
    [InlineData(false)]
    public void An_executable_that_runs_goes_on_and_is_told_of(bool ours)
    {
        if (ours)
        {
            _node.Install().OrThrow();
        }

        string socket = Path.Combine(_node.Root, "dhcp.sock");
        using var daemon = new RunningProgram(_node.Plugin("dhcp"), "daemon", "-socketpath", socket);
        Until.True(() => File.Exists(socket) || daemon.HasExited, "the daemon listens");

        string said = _node.Install().OrThrow().StdoutText;

        Assert.False(daemon.HasExited, daemon.Said);
        Assert.Contains(
            ours ? $"its daemon (pid {daemon.Id}) is of the build before:" : $"its daemon (pid {daemon.Id}) is of the other kind:", said, StringComparison.Ordinal);
        string back = _node.RollBack().OrThrow().StdoutText;
        Assert.Equal(ours, back.Contains($"(pid {daemon.Id}) is of the other kind", StringComparison.Ordinal));
        Assert.Equal(_node.Reference, PluginDirectory.Tree(_node.Cni));
    }

    [NeedsTheory(Both)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(26)]
    [InlineData(37)]
    [InlineData(38)]
    public void Killed_half_way_every_name_is_whole_and_the_next_call_finishes(int renames)
    {
        string[] before = PluginDirectory.Tree(_node.Cni);

        Assert.Equal(137, _node.Killed(renames).ExitStatus);
        AssertWhole();
        _node.Install().OrThrow();
        Assert.Equal(_node.Reference, PluginDirectory.Tree(_node.Kept));
        Assert.DoesNotContain(_node.Names(), name => name.StartsWith('.'));

        if (renames <= 16)
        {
            Assert.Equal(137, _node.Killed(renames, "--rollback").ExitStatus);
            AssertWhole();
        }

        _node.RollBack().OrThrow();
        Assert.Equal(before, PluginDirectory.Tree(_node.Cni));
        Assert.False(Directory.Exists(_node.Kept));
    }

    [NeedsFact(Both)]
    public void What_a_package_put_there_since_is_the_original_from_then_on()
    {
        _node.Install().OrThrow();
        File.Delete(_node.Plugin("bridge"));
        File.WriteAllText(_node.Plugin("bridge"), "newer");
        _node.Install().OrThrow();
        File.Delete(_node.Plugin("ptp"));
        File.WriteAllText(_node.Plugin("ptp"), "newest");

        string said = _node.RollBack().OrThrow().StdoutText;

        Assert.Equal(("newer", "newest"), (File.ReadAllText(_node.Plugin("bridge")), File.ReadAllText(_node.Plugin("ptp"))));
        Assert.Contains($"{_node.Plugin("ptp")} was replaced since and stays\n", said, StringComparison.Ordinal);
    }

    [NeedsFact(Both)]
    public void A_tree_without_sources_and_hard_links_installs_one_file_too()
    {
        string tree = Path.Combine(_node.Root, "packed");
        Directory.CreateDirectory(Path.Combine(tree, "cni/bin"));
        Directory.CreateDirectory(Path.Combine(tree, "bin"));
        foreach (string name in (string[])["bridge", "ptp"])
        {
            File.Copy(Path.Combine(OurPlugins.Directory, name), Path.Combine(tree, "cni/bin", name));
        }

        File.Copy(Path.Combine(OurPlugins.Directory, "../../bin/cnitool"), Path.Combine(tree, "bin/cnitool"));
        File.Copy(Path.Combine(OurPlugins.Directory, "../../install.sh"), Path.Combine(tree, "install.sh"));
        File.WriteAllText(Path.Combine(_node.Bin, "cnitool"), "the original");

        string said = _node.Run(Path.Combine(tree, "install.sh")).OrThrow().StdoutText;

        Assert.EndsWith(" 2", Tool.Out("stat", "-c", "%i %h", _node.Plugin("ptp")).Trim(), StringComparison.Ordinal);
        Assert.Contains($"{Path.Combine(_node.Bin, "cnitool")} is somebody else's and stays\n", said, StringComparison.Ordinal);
        Assert.Equal("the original", File.ReadAllText(Path.Combine(_node.Bin, "cnitool")));
    }

    [NeedsFact(Both)]
    public void A_wrong_command_line_changes_nothing()
    {
        Assert.Contains("--rollback", _node.Run(PluginDirectory.Script, "--help").OrThrow().StdoutText, StringComparison.Ordinal);
        ToolResult wrong = _node.Run(PluginDirectory.Script, "--force");
        Assert.Equal((2, "install: what is --force? try --help\n"), (wrong.ExitStatus, wrong.StderrText));
        Assert.Equal(2, Tool.Run(PluginDirectory.Script, "--cni-dir").ExitStatus);
        Assert.Equal(_node.Reference, PluginDirectory.Tree(_node.Cni));
        Assert.False(Directory.Exists(_node.Kept));
    }

    // Each name is the original or ours, to the last byte.
    private void AssertWhole()
    {
        byte[] ours = File.ReadAllBytes(Path.Combine(OurPlugins.Directory, "bridge"));
        foreach (string name in _node.Names().Where(name => !name.StartsWith('.')))
        {
            byte[] there = File.ReadAllBytes(_node.Plugin(name));
            string original = Path.Combine(ReferencePlugins.Directory, name);
            Assert.True(there.AsSpan().SequenceEqual(ours) || (File.Exists(original) && there.AsSpan().SequenceEqual(File.ReadAllBytes(original))), name);
        }

        Assert.Empty(_node.Reference.Select(fact => fact.Split(' ')[0]).Except(_node.Names()));
    }
}
