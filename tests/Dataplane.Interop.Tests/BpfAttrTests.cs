using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Dataplane.Interop.Tests;

/// <summary>bpf(2)'s commands and structures, against &lt;linux/bpf.h&gt;.</summary>
public sealed partial class BpfAttrTests
{
    private static readonly string[] s_headers = ["linux/bpf.h"];

    [Fact]
    public void Commands_are_those_of_the_header()
    {
        Dictionary<string, long> ours = Enum.GetValues<BpfCommand>().ToDictionary(c => "BPF_" + Snake(c.ToString()).ToUpperInvariant(), c => (long)c);
        ours["BPF_PROG_TEST_RUN"] = (long)BpfCommand.ProgTestRun;
        ours["BPF_OBJ_GET_INFO_BY_FD"] = (long)BpfCommand.ObjGetInfoByFd;
        Assert.Equal(ours, CProgram.Evaluate(s_headers, ours.Keys));
    }

    [Theory]
    [InlineData(typeof(BpfAttr.MapCreate), "union bpf_attr", "")]
    [InlineData(typeof(BpfAttr.MapElem), "union bpf_attr", "")]
    [InlineData(typeof(BpfAttr.MapBatch), "union bpf_attr", "batch.")]
    [InlineData(typeof(BpfAttr.ProgLoad), "union bpf_attr", "")]
    [InlineData(typeof(BpfAttr.Obj), "union bpf_attr", "")]
    [InlineData(typeof(BpfAttr.TestRun), "union bpf_attr", "test.")]
    [InlineData(typeof(BpfAttr.Info), "union bpf_attr", "info.")]
    [InlineData(typeof(BpfAttr.LinkCreate), "union bpf_attr", "link_create.")]
    [InlineData(typeof(BpfAttr.LinkUpdate), "union bpf_attr", "link_update.")]
    [InlineData(typeof(BpfMapInfo), "struct bpf_map_info", "")]
    [InlineData(typeof(BpfProgInfo), "struct bpf_prog_info", "")]
    public void A_structure_is_laid_out_as_in_C(Type type, string c, string prefix)
    {
        var ours = new Dictionary<string, long>();
        foreach (FieldInfo field in type.GetFields().Where(f => f.Name != "Pad"))
        {
            string member = prefix + (field.Name == "InfoPointer" ? "info" : Snake(field.Name));
            ours[$"__builtin_offsetof({c}, {member})"] = (long)Marshal.OffsetOf(type, field.Name);
            ours[$"sizeof((({c} *)0)->{member})"] = SizeOf(field.FieldType);
        }
        Assert.Equal(ours, CProgram.Evaluate(s_headers, ours.Keys));
    }

    [Fact]
    public void A_links_facts_are_laid_out_as_in_C()
    {
        var ours = new Dictionary<string, long>
        {
            ["__builtin_offsetof(struct bpf_link_info, prog_id)"] = (long)Marshal.OffsetOf<BpfLinkInfo>(nameof(BpfLinkInfo.ProgId)),
            ["__builtin_offsetof(struct bpf_link_info, cgroup.cgroup_id)"] = (long)Marshal.OffsetOf<BpfLinkInfo>(nameof(BpfLinkInfo.CgroupId)),
            ["__builtin_offsetof(struct bpf_link_info, cgroup.attach_type)"] = (long)Marshal.OffsetOf<BpfLinkInfo>(nameof(BpfLinkInfo.AttachType)),
        };
        Assert.Equal(ours, CProgram.Evaluate(s_headers, ours.Keys));
    }

    private static int SizeOf(Type type) => (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    // MaxEntries is max_entries.
#pragma warning disable CA1308 // C's names are lower case
    private static string Snake(string name) => WordStart().Replace(name, "_").ToLowerInvariant();
#pragma warning restore CA1308

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])")]
    private static partial Regex WordStart();
}
