using System.Buffers.Binary;
using System.Text;
using Dataplane.TestKit;

namespace Dataplane.Bpf.Tests.Library;

/// <summary>What is said of an object that does not load.</summary>
public sealed class VerifierTests
{
    [NeedsFact(Needs.Namespaces)]
    public void A_program_that_the_verifier_refuses_is_refused_with_its_words_and_the_whole_log()
    {
        byte[] image = Embedded("to_pod");
        // exit, before anything is in r0; what follows can no longer be reached.
        BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(SectionOffset(image, "tc")), 0x95);
        using BpfObject opened = BpfObject.Open("to_pod", new MemoryStream(image));
        BpfLoadException? refused = opened.TryLoad();
        Assert.NotNull(refused);
        Assert.Contains("to_pod.bpf.o", refused.Message, StringComparison.Ordinal);
        Assert.Matches("unreachable insn|R0 !read_ok", refused.Message);
        Assert.Contains("BEGIN PROG LOAD LOG", refused.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("processed", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_object_is_refused()
    {
        BpfLoadException refused = Assert.Throws<BpfLoadException>(() => BpfObject.Open("nonsense", new MemoryStream(new byte[1000])));
        Assert.Contains("nonsense.bpf.o", refused.Message, StringComparison.Ordinal);
    }

    private static byte[] Embedded(string name)
    {
        using Stream resource = typeof(BpfObject).Assembly.GetManifestResourceStream($"{name}.bpf.o")!;
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        return copy.ToArray();
    }

    // elf(5): section headers of 64 bytes; name at 0, offset of the content at 24.
    private static int SectionOffset(byte[] image, string name)
    {
        int table = (int)BitConverter.ToUInt64(image, 40), count = BitConverter.ToUInt16(image, 60), names = BitConverter.ToUInt16(image, 62);
        int text = (int)BitConverter.ToUInt64(image, table + (64 * names) + 24);
        for (int i = 0; i < count; i++)
        {
            int at = text + BitConverter.ToInt32(image, table + (64 * i));
            if (Encoding.ASCII.GetString(image, at, name.Length + 1) == name + "\0")
            {
                return (int)BitConverter.ToUInt64(image, table + (64 * i) + 24);
            }
        }
        throw new InvalidDataException($"no section {name}");
    }
}
