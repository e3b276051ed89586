using System.Text;
using Dataplane.Cni.Runtime;

namespace Dataplane.Cni.Tests.Runtime;

/// <summary>What a list says, and what is wrong with one, in libcni's words.</summary>
public sealed class NetworkListTests
{
    private const string Plugins = "\"plugins\":[{\"type\":\"x\"}]";

    [Theory]
    [InlineData("", "error parsing configuration list: unexpected end of JSON input")]
    [InlineData("[]", "error parsing configuration list: json: cannot unmarshal array into Go value of type map[string]interface {}")]
    [InlineData("1", "error parsing configuration list: json: cannot unmarshal number into Go value of type map[string]interface {}")]
    [InlineData("null", "error parsing configuration list: no name")]
    [InlineData("{}", "error parsing configuration list: no name")]
    [InlineData("{\"Name\":\"x\"}", "error parsing configuration list: no name")]
    [InlineData("{\"name\":1}", "error parsing configuration list: invalid name type float64")]
    [InlineData("{\"name\":null}", "error parsing configuration list: invalid name type <nil>")]
    [InlineData("{\"name\":\"n\",\"cniVersion\":{}}", "error parsing configuration list: invalid cniVersion type map[string]interface {}")]
    [InlineData("{\"name\":\"n\",\"plugins\":[]}", "error parsing configuration list: no plugins in list")]
    [InlineData("{\"name\":\"n\",\"plugins\":{}}", "error parsing configuration list: invalid 'plugins' type map[string]interface {}")]
    [InlineData("{\"name\":\"n\",\"plugins\":null}", "error parsing configuration list: invalid 'plugins' type <nil>")]
    [InlineData("{\"name\":\"n\",\"plugins\":[{\"type\":\"x\"},{}]}", "failed to parse plugin config 1: error parsing configuration: missing 'type'")]
    [InlineData("{\"name\":\"n\",\"plugins\":[{\"type\":1}]}",
        "failed to parse plugin config 0: error parsing configuration: json: cannot unmarshal number into Go struct field .plugins.type of type string")]
    [InlineData("{\"name\":\"n\",\"disableCheck\":\"maybe\"," + Plugins + "}", "error parsing configuration list: invalid value \"maybe\" for disableCheck")]
    [InlineData("{\"name\":\"n\",\"disableGC\":1," + Plugins + "}", "error parsing configuration list: invalid type float64 for disableGC")]
    [InlineData("{\"name\":\"n\",\"loadOnlyInlinedPlugins\":true}",
        "error parsing configuration list: `loadOnlyInlinedPlugins` is true, and no 'plugins' key")]
    [InlineData("{\"name\":\"n\",\"cniVersions\":\"1.0.0\"," + Plugins + "}", "error parsing configuration list: invalid type for cniVersions: string")]
    [InlineData("{\"name\":\"n\",\"cniVersions\":[1]," + Plugins + "}",
        "error parsing configuration list: invalid type for cniVersions index 0: float64")]
    [InlineData("{\"name\":\"n\",\"cniVersions\":[\"1.0.0\",\"x\"]," + Plugins + "}",
        "error parsing configuration list: invalid cniVersions entry x at index 1: failed to convert major version part \"x\": strconv.Atoi: parsing \"x\": invalid syntax")]
    public void A_broken_list_is_an_error(string json, string message) =>
        Assert.Equal(message, Assert.Throws<CniException>(() => RuntimeBed.List(json)).Message);

    [Theory]
    [InlineData("", "[\"0.3.1\",\"1.0.0\",\"0.4.0\"]", "1.0.0")]
    [InlineData("0.4.0", "[\"0.3.1\"]", "0.4.0")]
    [InlineData("0.3.1", "[\"0.4.0\",\"1.1.0\",\"9.0.0\"]", "1.1.0")]
    [InlineData("9.0.0", "[\"0.4.0\"]", "0.4.0")]
    [InlineData("0.4.0", "[]", "0.4.0")]
    [InlineData("9.0.0", "[\"9.1.0\"]", "9.0.0")]
    [InlineData("", "[]", "")]
    [InlineData("1.0.0", "[\"1.0.0\",\"1.0.0\"]", "1.0.0")]
    public void The_newest_version_that_the_library_speaks_is_taken(string version, string versions, string taken) =>
        Assert.Equal(taken, RuntimeBed.List($$"""{"name":"n","cniVersion":"{{version}}","cniVersions":{{versions}},{{Plugins}}}""").CniVersion);

    [Theory]
    [InlineData("true", true)]
    [InlineData("\"TRUE\"", true)]
    [InlineData("false", false)]
    [InlineData("\"False\"", false)]
    public void Switches_are_booleans_or_their_names(string value, bool on)
    {
        NetworkList list = RuntimeBed.List($$"""{"name":"n","disableCheck":{{value}},"disableGC":{{value}},{{Plugins}}}""");

        Assert.Equal((on, on), (list.DisableCheck, list.DisableGc));
    }

    [Fact]
    public void Names_of_a_list_match_exactly_and_those_of_a_plugin_in_any_case()
    {
        NetworkList list = RuntimeBed.List("""{"name":"n","CNIVERSION":"1.0.0","DisableCheck":true,"plugins":[{"TYPE":"x","Capabilities":{"a":true}}]}""");

        Assert.Equal(("", false, "x"), (list.CniVersion, list.DisableCheck, list.Plugins[0].Type));
        Assert.True(list.Plugins[0].Capabilities["a"]);
    }

    [Fact]
    public void The_last_of_several_members_with_one_name_counts()
    {
        NetworkList list = RuntimeBed.List("""{"name":"a","name":"b","plugins":[{"type":"x"}],"plugins":[{"type":"y"}]}""");

        Assert.Equal(("b", "y"), (list.Name, Assert.Single(list.Plugins).Type));
    }

    [Fact]
    public void A_list_that_nests_without_end_is_an_error_not_the_end_of_the_process()
    {
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 9000)) + "1" + new string('}', 9000);
        using var bed = new RuntimeBed("x");
        NetworkList list = RuntimeBed.List($$"""{"name":"n","cniVersion":"1.0.0","plugins":[{"type":"x","deep":{{deep}}}]}""");
        var outcome = new List<string>();
        // On a small stack, as a thread of a runtime may have.
        var thread = new Thread(
            () =>
            {
                try
                {
                    bed.Runtime.Add(list, RuntimeBed.Attachment());
                    outcome.Add("added");
                }
                catch (CniException e)
                {
                    outcome.Add(e.Message);
                }
            },
            256 * 1024);
        thread.Start();
        thread.Join();

        Assert.Contains("exceeded max depth", Assert.Single(outcome));
        Assert.Empty(bed.Calls);
    }

    [Fact]
    public void Random_bytes_are_an_error_or_a_list()
    {
        var random = new Random(6);
        byte[] valid = Encoding.UTF8.GetBytes("""{"name":"n","cniVersion":"1.0.0","cniVersions":["1.1.0"],"disableGC":"true","plugins":[{"type":"x","capabilities":{"a":true}}]}""");
        int lists = 0;
        for (int i = 0; i < 5000; i++)
        {
            byte[] text = [.. valid];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                text[random.Next(text.Length)] = (byte)random.Next(256);
            }
            try
            {
                _ = NetworkList.Parse(text);
                lists++;
            }
            catch (CniException)
            {
            }
        }

        Assert.InRange(lists, 1, 4999);
    }
}
