using Dataplane.Cli.Output;

namespace Dataplane.Cli.Tests;

/// <summary>Bits as an operator writes them.</summary>
public sealed class BitCountTests
{
    [Theory]
    [InlineData("64000", 64_000)]
    [InlineData("64000bit", 64_000)]
    [InlineData("10k", 10_000)]
    [InlineData("10K", 10_000)]
    [InlineData("100M", 100_000_000)]
    [InlineData("100Mbit", 100_000_000)]
    [InlineData("1.5G", 1_500_000_000)]
    [InlineData(".5M", 500_000)]
    [InlineData("1T", 1_000_000_000_000)]
    [InlineData("10Ki", 10_240)]
    [InlineData("10Mi", 10_485_760)]
    [InlineData("1Gi", 1_073_741_824)]
    [InlineData("1.9999", 1)]
    [InlineData("0", 0)]
    [InlineData("none", 0)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    public void A_number_has_a_unit_or_none(string text, ulong bits)
    {
        Assert.True(BitCount.TryParse(text, out ulong read));
        Assert.Equal(bits, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("bit")]
    [InlineData("-1M")]
    [InlineData("+1M")]
    [InlineData("1,5G")]
    [InlineData("1e9")]
    [InlineData("1 M")]
    [InlineData("100MB")]
    [InlineData("100m")]
    [InlineData("100Mbps")]
    [InlineData("0x10")]
    [InlineData("None")]
    [InlineData("18446744073709551616")]
    [InlineData("99999999999G")]
    [InlineData("99999999999999999999999999999999")]
    public void What_is_no_number_is_refused(string text) => Assert.False(BitCount.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(64_000, "64k")]
    [InlineData(100_000_000, "100M")]
    [InlineData(1_500_000_000, "1.5G")]
    [InlineData(12_345_678, "12.346M")]
    [InlineData(40_000_000_000_000, "40T")]
    [InlineData(ulong.MaxValue, "18446744.074T")]
    public void It_is_written_with_the_largest_unit(ulong bits, string text) => Assert.Equal(text, BitCount.Text(bits));
}
