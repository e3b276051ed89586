using System.Globalization;
using System.Text;
using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins.Tests;

/// <summary>The bandwidth plugin's configuration: whose limits count, for which peers, and what is refused with which words.</summary>
public sealed class BandwidthConfigTests
{
    private const string All = """ "ingressRate": 1000, "ingressBurst": 200, "egressRate": 3000, "egressBurst": 400 """;
    private const string Bad = "json: cannot unmarshal";
    private static readonly BandwidthLimit s_in = new(1000, 200);
    private static readonly BandwidthLimit s_out = new(3000, 400);

    [Fact]
    public void Nothing_said_is_no_limit()
    {
        BandwidthConfig config = Parse("");

        Assert.False(config.HasLimits);
        Assert.Equal((null, null, ShaperChoice.Auto), (config.Ingress, config.Egress, config.Shaper));
        Assert.Empty(config.Unshaped);
        Assert.Empty(config.Shaped);
    }

    [Theory]
    [InlineData(""" "runtimeConfig": null """)]
    [InlineData(""" "runtimeConfig": {} """)]
    [InlineData(""" "runtimeConfig": {"bandwidth": null} """)]
    [InlineData(""" "runtimeConfig": {"bandwidth": {}} """)]
    [InlineData(""" "ingressRate": 0, "ingressBurst": 0, "egressRate": null """)]
    [InlineData(""" "runtimeConfig": {"bandwidth": {"ingressRate": 0, "egressBurst": 0}} """)]
    [InlineData(""" "unshapedSubnets": ["10.0.0.0/8"] """)]
    public void What_says_nothing_is_no_limit(string fields) => Assert.False(Parse(fields).HasLimits);

    [Fact]
    public void Both_directions_are_read() => AssertLimits(s_in, s_out, All);

    [Fact]
    public void One_direction_may_be_alone()
    {
        AssertLimits(s_in, null, """ "ingressRate": 1000, "ingressBurst": 200 """);
        AssertLimits(null, s_out, """ "egressRate": 3000, "egressBurst": 400, "ingressRate": 0 """);
    }

    [Fact]
    public void The_runtime_gives_the_same_fields() => AssertLimits(s_in, s_out, Runtime(All));

    [Fact]
    public void Names_match_in_any_case() =>
        AssertLimits(s_in, s_out, """ "RUNTIMECONFIG": {"bandWidth": {"IngressRATE": 1000, "ingressburst": 200, "EGRESSRATE": 3000, "EgressBurst": 400}} """);

    [Theory]
    [InlineData("ingressRate")]
    [InlineData("ingressBurst")]
    [InlineData("egressRate")]
    [InlineData("egressBurst")]
    [InlineData("EGRESSburst")]
    public void One_written_field_and_the_runtimes_do_not_count(string field)
    {
        Assert.False(Parse($"\"{field}\": null, {Runtime(All)}").HasLimits);
        Assert.False(Parse($"\"{field}\": 0, {Runtime(All)}").HasLimits);
    }

    [Fact]
    public void Written_limits_win() =>
        AssertLimits(new BandwidthLimit(7, 9), null, $"\"ingressRate\": 7, \"ingressBurst\": 9, {Runtime(All)}");

    [Fact]
    public void The_largest_numbers_are_taken_as_they_are() =>
        AssertLimits(new BandwidthLimit(ulong.MaxValue, (8ul * uint.MaxValue) - 1), null, """ "ingressRate": 18446744073709551615, "ingressBurst": 34359738359 """);

    [Theory]
    [InlineData("ingress")]
    [InlineData("egress")]
    public void A_limit_that_is_none_is_refused_by_every_call(string direction)
    {
        foreach (Func<string, string> place in new[] { fields => fields, Runtime })
        {
            AssertRefused("if rate is set, burst must also be set", place($"\"{direction}Rate\": 1"));
            AssertRefused("if rate is set, burst must also be set", place($"\"{direction}Rate\": 1, \"{direction}Burst\": 0"));
            AssertRefused("if burst is set, rate must also be set", place($"\"{direction}Burst\": 1"));
            AssertRefused("burst cannot be more than 4GB", place($"\"{direction}Rate\": 1, \"{direction}Burst\": 34359738360"));
        }
    }

    [Fact]
    public void Ingress_is_looked_at_first() =>
        AssertRefused("if burst is set, rate must also be set", """ "ingressBurst": 1, "egressRate": 1 """);

    [Fact]
    public void What_does_not_count_is_not_validated_but_read()
    {
        AssertLimits(s_in, s_out, $"{All}, {Runtime(""" "ingressRate": 5 """)}");
        AssertUnreadable($"{All}, {Runtime(""" "ingressRate": "5" """)}");
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("\"1\"")]
    [InlineData("18446744073709551616")]
    [InlineData("true")]
    [InlineData("[]")]
    public void A_number_of_another_shape_is_refused(string value)
    {
        AssertUnreadable($"\"ingressRate\": {value}");
        AssertUnreadable(Runtime($"\"egressBurst\": {value}"));
    }

    [Theory]
    [InlineData(""" "runtimeConfig": [] """)]
    [InlineData(""" "runtimeConfig": {"bandwidth": []} """)]
    [InlineData(""" "unshapedSubnets": "10.0.0.0/8" """)]
    [InlineData(""" "shapedSubnets": [1] """)]
    public void An_object_of_another_shape_is_refused(string fields) => AssertUnreadable(fields);

    [Fact]
    public void Subnets_are_of_either_family_and_lose_their_host_bits()
    {
        BandwidthConfig config = Parse($$"""{{All}}, "unshapedSubnets": ["10.1.2.3/8", "fd00::1/8", "192.0.2.1/32", "0.0.0.0/0"] """);

        Assert.Equal(["10.0.0.0/8", "fd00::/8", "192.0.2.1/32", "0.0.0.0/0"], config.Unshaped.Select(p => p.ToString()));
        Assert.Empty(config.Shaped);
    }

    [Fact]
    public void Written_subnets_hold_for_the_runtimes_limits()
    {
        BandwidthConfig config = Parse($"\"shapedSubnets\": [\"10.0.0.0/8\"], {Runtime(All)}");

        Assert.Equal(s_in, config.Ingress);
        Assert.Equal(["10.0.0.0/8"], config.Shaped.Select(p => p.ToString()));
    }

    [Fact]
    public void The_runtimes_subnets_win_over_written_ones_beside_its_limits()
    {
        BandwidthConfig config = Parse($"\"shapedSubnets\": [\"10.0.0.0/8\"], {Runtime($"{All}, \"unshapedSubnets\": [\"192.0.2.0/24\"]")}");

        Assert.Equal(["192.0.2.0/24"], config.Unshaped.Select(p => p.ToString()));
        Assert.Empty(config.Shaped);
    }

    [Fact]
    public void Subnets_of_both_kinds_are_refused() => AssertRefused(
        "unshapedSubnets and shapedSubnets cannot be both specified, one of them should be discarded",
        $"{All}, \"unshapedSubnets\": [\"10.0.0.0/8\"], \"shapedSubnets\": [\"192.0.2.0/24\"]");

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("10.0.0.0/33")]
    [InlineData("")]
    [InlineData("all")]
    public void What_is_no_subnet_is_refused(string subnet) =>
        AssertRefused($"bad subnet {subnet}: invalid CIDR address: {subnet}", $"{All}, \"unshapedSubnets\": [\"{subnet}\"]");

    [Fact]
    public void There_are_256_subnets_at_most()
    {
        static string Subnets(int count) => string.Join(',', Enumerable.Range(0, count).Select(i => $"\"10.{i / 256}.{i % 256}.0/24\""));

        Assert.Equal(256, Parse($"{All}, \"shapedSubnets\": [{Subnets(256)}]").Shaped.Count);
        AssertRefused("shapedSubnets has 257 subnets: up to 256", $"{All}, \"shapedSubnets\": [{Subnets(257)}]");
    }

    [Theory]
    [InlineData("auto", ShaperChoice.Auto)]
    [InlineData("edt", ShaperChoice.Edt)]
    [InlineData("tbf", ShaperChoice.Tbf)]
    public void The_engine_can_be_chosen(string name, object expected) =>
        Assert.Equal(expected, Parse($$"""{{All}}, "dataplane": {"shaper": "{{name}}"}""").Shaper);

    [Fact]
    public void Another_engine_is_refused()
    {
        CniException error = Assert.Throws<CniException>(() => Parse("""  "dataplane": {"shaper": "htb"} """));

        Assert.Equal((CniErrorCode.InvalidNetworkConfig, "invalid \"dataplane\": \"shaper\" is \"htb\": auto, edt or tbf"), (error.Code, error.Message));
    }

    [Fact]
    public void A_previous_result_of_another_version_is_refused_after_the_limits()
    {
        const string previous = """ "prevResult": {"cniVersion": "0.4.0"} """;

        AssertRefused("if rate is set, burst must also be set", $"\"ingressRate\": 1, {previous}");
        Assert.StartsWith("could not parse prevResult: ", Assert.Throws<CniException>(() => Parse($"{All}, {previous}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_engine_is_asked_with_everything()
    {
        CniRequest call = Call($$"""{{All}}, "shapedSubnets": ["10.0.0.0/8"], "dataplane": {"shaper": "tbf"}""");
        BandwidthRequest request = BandwidthConfig.Parse(call).Request(call);

        Assert.Equal(new AttachmentId("dummy", "eth0"), request.Id);
        Assert.Equal(("cni-plugin-bandwidth-test", "/ns", s_in, s_out), (request.Network, request.NetnsPath, request.Ingress, request.Egress));
        Assert.Equal("10.0.0.0/8", Assert.Single(request.Shaped).ToString());
        // The reference's own test vector.
        Assert.Equal((ShaperChoice.Tbf, "bwpa8eda89404b7"), (request.Shaper, request.ReferenceDevice));
    }

    private static string Runtime(string fields) => string.Create(CultureInfo.InvariantCulture, $"\"runtimeConfig\": {{\"bandwidth\": {{{fields}}}}}");

    private static void AssertLimits(BandwidthLimit? ingress, BandwidthLimit? egress, string fields)
    {
        BandwidthConfig config = Parse(fields);
        Assert.Equal((ingress, egress), (config.Ingress, config.Egress));
    }

    private static void AssertRefused(string message, string fields)
    {
        CniException error = Assert.Throws<CniException>(() => Parse(fields));
        Assert.Equal((CniErrorCode.Internal, message), (error.Code, error.Message));
    }

    private static void AssertUnreadable(string fields)
    {
        CniException error = Assert.Throws<CniException>(() => Parse(fields));
        Assert.Equal(CniErrorCode.Internal, error.Code);
        Assert.StartsWith($"failed to parse network configuration: {Bad} ", error.Message, StringComparison.Ordinal);
    }

    private static BandwidthConfig Parse(string fields) => BandwidthConfig.Parse(Call(fields));

    private static CniRequest Call(string fields)
    {
        string json = $$"""{"cniVersion":"1.0.0","name":"cni-plugin-bandwidth-test","type":"bandwidth"{{(fields.Length > 0 ? "," : "")}}{{fields}}}""";
        return new CniRequest { Command = CniCommand.Add, Config = NetworkConfig.Parse(Encoding.UTF8.GetBytes(json)), ContainerId = "dummy", IfName = "eth0", NetnsPath = "/ns" };
    }
}
