using Dataplane.Cni.Runtime;

namespace Dataplane.Cni.Tests.Runtime;

/// <summary>What plugins read: byte for byte what libcni writes.</summary>
public sealed class PluginInputTests
{
    private static string Stdin(string plugin, string capabilities = "")
    {
        using var bed = new RuntimeBed("x");
        bed.Runtime.Add(RuntimeBed.List($$"""{"name":"n","cniVersion":"1.0.0","plugins":[{{plugin}}]}"""), RuntimeBed.Attachment(capabilities: capabilities));
        return Assert.Single(bed.Calls).Stdin;
    }

    [Fact]
    public void Name_and_version_are_the_networks()
    {
        Assert.Equal("""{"cniVersion":"1.0.0","name":"n","type":"x"}""", Stdin("""{"type":"x"}"""));
        Assert.Equal("""{"cniVersion":"1.0.0","name":"n","type":"x"}""", Stdin("""{"type":"x","name":"own","cniVersion":"0.1.0"}"""));
    }

    [Theory]
    [InlineData("""{"z":1,"a":[3,{"c":1,"b":2}]}""", """{"a":[3,{"b":2,"c":1}],"z":1}""")]
    [InlineData("""{ "a" : "<b>&" , "b" : null }""", """{"a":"\u003cb\u003e\u0026","b":null}""")]
    [InlineData("""{"a":"\u00fc\ud83d\ude00\u2028\n\r\t\u0001\/\"\\"}""", """{"a":"ü😀\u2028\n\r\t\u0001/\"\\"}""")]
    [InlineData("""{"a":"\ud800"}""", """{"a":"\ufffd"}""")]
    [InlineData("""{"a":1,"a":2,"A":3}""", """{"A":3,"a":2}""")]
    [InlineData("""[1.0,1e3,1e21,1e-7,123456789012345678,0.000001,-0,1.5e300,100000000000000000000]""",
        """[1,1000,1e+21,1e-7,123456789012345680,0.000001,-0,1.5e+300,100000000000000000000]""")]
    [InlineData("[0.1,2.50,-12.75,5e-324,1.7976931348623157e308,9007199254740993,-0.0]",
        "[0.1,2.5,-12.75,5e-324,1.7976931348623157e+308,9007199254740992,-0]")]
    [InlineData("[{},[],true,false,\"\"]", "[{},[],true,false,\"\"]")]
    public void Values_are_written_as_they_are_after_a_decoder_without_types(string value, string written) =>
        Assert.Equal($$"""{"cniVersion":"1.0.0","name":"n","type":"x","v":{{written}}}""", Stdin($$"""{"v":{{value}},"type":"x"}"""));

    [Fact]
    public void A_number_beyond_a_double_is_an_error() =>
        Assert.Contains(
            "json: cannot unmarshal number 1e999 into Go value of type float64",
            Assert.Throws<CniException>(() => Stdin("""{"type":"x","v":1e999}""")).Message);

    [Theory]
    [InlineData("""{"type":"x"}""", """{"a":1}""", """{"cniVersion":"1.0.0","name":"n","type":"x"}""")]
    [InlineData("""{"type":"x","capabilities":{"a":true,"b":false,"c":true}}""", """{"b":2,"a":[1],"d":4}""",
        """{"capabilities":{"a":true,"b":false,"c":true},"cniVersion":"1.0.0","name":"n","runtimeConfig":{"a":[1]},"type":"x"}""")]
    [InlineData("""{"type":"x","capabilities":{"a":true},"runtimeConfig":{"own":1}}""", """{"b":2}""",
        """{"capabilities":{"a":true},"cniVersion":"1.0.0","name":"n","runtimeConfig":{"own":1},"type":"x"}""")]
    [InlineData("""{"type":"x","capabilities":{"a":true},"runtimeConfig":{"own":1}}""", """{"a":2}""",
        """{"capabilities":{"a":true},"cniVersion":"1.0.0","name":"n","runtimeConfig":{"a":2},"type":"x"}""")]
    public void Capabilities_that_a_plugin_declares_and_the_runtime_supplies_are_put_in(string plugin, string supplied, string stdin) =>
        Assert.Equal(stdin, Stdin(plugin, supplied));
}
