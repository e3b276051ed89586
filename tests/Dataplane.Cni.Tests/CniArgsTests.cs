namespace Dataplane.Cni.Tests;

public class CniArgsTests
{
    private static readonly CniArgKey[] Keys = [new("IP", value => value == "bad" ? "no address" : null), new("MAC")];

    [Theory]
    [InlineData("", null, null)]
    [InlineData("IP=10.0.0.1", "10.0.0.1", null)]
    [InlineData("IP=10.0.0.1;MAC=aa", "10.0.0.1", "aa")]
    [InlineData("IP=1;IP=2", "2", null)]
    [InlineData("IP=", "", null)]
    [InlineData("IgnoreUnknown=1;MAC=aa", null, "aa")]
    [InlineData("IgnoreUnknown=true;K8S_POD_NAME=x", null, null)]
    [InlineData("K8S_POD_NAME=x;IgnoreUnknown=TRUE", null, null)]
    [InlineData("IgnoreUnknown=0;MAC=aa", null, "aa")]
    [InlineData("IgnoreUnknown=False", null, null)]
    public void Known_keys_are_read(string args, string? ip, string? mac)
    {
        CniArgs parsed = CniArgs.Parse(args, Keys);

        Assert.Equal((ip, mac), (parsed.Get("IP"), parsed.Get("MAC")));
    }

    [Theory]
    [InlineData("A=B", "ARGS: unknown args [\"A=B\"]")]
    [InlineData("A=B;MAC=x;C=D", "ARGS: unknown args [\"A=B\" \"C=D\"]")]
    [InlineData("mac=x", "ARGS: unknown args [\"mac=x\"]")]
    [InlineData("ignoreunknown=1;A=B", "ARGS: unknown args [\"ignoreunknown=1\" \"A=B\"]")]
    [InlineData("IgnoreUnknown=0;A=B", "ARGS: unknown args [\"A=B\"]")]
    [InlineData("IgnoreUnknown=1;IgnoreUnknown=0;A=B", "ARGS: unknown args [\"A=B\"]")]
    [InlineData("MAC", "ARGS: invalid pair \"MAC\"")]
    [InlineData("MAC=a=b", "ARGS: invalid pair \"MAC=a=b\"")]
    [InlineData("MAC=a;", "ARGS: invalid pair \"\"")]
    [InlineData(";MAC=a", "ARGS: invalid pair \"\"")]
    [InlineData("IgnoreUnknown=1;x", "ARGS: invalid pair \"x\"")]
    [InlineData("IgnoreUnknown=YES", "ARGS: error parsing value of pair \"IgnoreUnknown=YES\": boolean unmarshal error: invalid input yes")]
    [InlineData("IgnoreUnknown=", "ARGS: error parsing value of pair \"IgnoreUnknown=\": boolean unmarshal error: invalid input ")]
    [InlineData("A=B;IP=bad", "ARGS: error parsing value of pair \"IP=bad\": no address")]
    public void Anything_else_is_an_error(string args, string message)
    {
        CniException error = Assert.Throws<CniException>(() => CniArgs.Parse(args, Keys));

        Assert.Equal((CniErrorCode.Internal, message), (error.Code, error.Message));
    }
}
