namespace Dataplane.Cni.Tests;

public class CniVersionsTests
{
    [Theory]
    [InlineData("", 0, 1, 0)]
    [InlineData("0.1.0", 0, 1, 0)]
    [InlineData("1", 1, 0, 0)]
    [InlineData("1.2", 1, 2, 0)]
    [InlineData("01.002.3", 1, 2, 3)]
    [InlineData("1.2.3", 1, 2, 3)]
    public void Up_to_three_numbers_are_a_version(string text, int major, int minor, int micro) =>
        Assert.Equal((major, minor, micro), CniVersions.Parse(text));

    [Theory]
    [InlineData("1.2.3.4", "invalid version \"1.2.3.4\": too many parts")]
    [InlineData("a", "failed to convert major version part \"a\": strconv.Atoi: parsing \"a\": invalid syntax")]
    [InlineData("0.x.1", "failed to convert minor version part \"x\": strconv.Atoi: parsing \"x\": invalid syntax")]
    [InlineData("0.1.", "failed to convert micro version part \"\": strconv.Atoi: parsing \"\": invalid syntax")]
    [InlineData(" 0.4.0", "failed to convert major version part \" 0\": strconv.Atoi: parsing \" 0\": invalid syntax")]
    [InlineData("\u2028\"\u0001", "failed to convert major version part \"\\u2028\\\"\\x01\": strconv.Atoi: parsing \"\\u2028\\\"\\x01\": invalid syntax")]
    [InlineData("99999999999999999999", "failed to convert major version part \"99999999999999999999\": strconv.Atoi: parsing \"99999999999999999999\": value out of range")]
    public void Anything_else_is_an_error(string text, string message)
    {
        CniException error = Assert.Throws<CniException>(() => CniVersions.Parse(text));

        Assert.Equal((CniErrorCode.Decoding, message), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("0.3.0", "0.3.1", -1)]
    [InlineData("0.10.0", "0.9.0", 1)]
    [InlineData("1.0.0", "0.99.99", 1)]
    [InlineData("1", "1.0.0", 0)]
    [InlineData("", "0.1.0", 0)]
    public void Versions_are_ordered_by_their_numbers(string left, string right, int order) => Assert.Equal(order, CniVersions.Compare(left, right));

    [Fact]
    public void Every_version_is_listed_ascending()
    {
        Assert.Equal(["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"], CniVersions.All);
        Assert.Equal(["0.4.0", "1.0.0", "1.1.0"], CniVersions.From("0.4.0"));
    }
}
