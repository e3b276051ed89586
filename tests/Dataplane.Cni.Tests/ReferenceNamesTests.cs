using System.Security.Cryptography;
using System.Text;

namespace Dataplane.Cni.Tests;

/// <summary>Names the reference plugins gave, as its own tests expect them.</summary>
public class ReferenceNamesTests
{
    [Theory]
    [InlineData("test", "1234", "CNI-2bbe0c48b91a7d1b8a6753a8")]
    [InlineData("testalongnamethatdoesnotmakesense", "1234", "CNI-374f33fe84ab0ed84dcdebe3")]
    [InlineData("tes", "t1234", "CNI-2bbe0c48b91a7d1b8a6753a8")]
    public void Masquerade_chains(string network, string id, string name) => Assert.Equal(name, ReferenceNames.MasqueradeChain(network, id));

    [Fact]
    public void Portmap_chains()
    {
        Assert.Equal("CNI-DN-022110f36292712c8bb50", ReferenceNames.PortmapDnatChain("test", "icee6giejonei6so"));
        Assert.Equal("CNI-SN-022110f36292712c8bb50", ReferenceNames.PortmapSnatChain("test", "icee6giejonei6so"));
    }

    [Fact]
    public void Bandwidth_devices() => Assert.Equal("bwpa8eda89404b7", ReferenceNames.BandwidthDevice("cni-plugin-bandwidth-test", "dummy"));

    [Fact]
    public void Masquerade_comments() =>
        Assert.Equal("6fd94d501e58f0aa-287fc69eff0574a2", ReferenceNames.MasqueradeCommentPrefix("unit-test", "eth0", "one"));

    [Fact]
    public void Container_ids_of_cnitool() => Assert.Equal("cnitool-77383ca0a0715733ca6f", ReferenceNames.CniToolContainerId("/var/run/netns/testing"));

    [Fact]
    public void The_hash_is_SHA_512_at_every_length_around_its_blocks()
    {
        Span<byte> hash = stackalloc byte[Sha512.Size];
        for (int length = 0; length < 400; length++)
        {
            byte[] data = Encoding.ASCII.GetBytes(new string('a', length));
            Sha512.Hash(data, hash);
            Assert.Equal(Convert.ToHexString(SHA512.HashData(data)), Convert.ToHexString(hash));
        }
    }
}
