using System.Text;

namespace Dataplane.Cni.Tests;

public class JsonViewTests
{
    private static JsonView View(string text) => JsonView.Parse(Encoding.UTF8.GetBytes(text));

    [Theory]
    [InlineData("""{"key":"a"}""", "a")]
    [InlineData("""{"KEY":"a"}""", "a")]
    [InlineData("""{"kEy":"a"}""", "a")]
    [InlineData("""{"k\u0065y":"a"}""", "a")]
    [InlineData("""{"\u212aey":"a"}""", "a")]
    [InlineData("""{"Key":"a"}""", "a")]
    [InlineData("""{"keys":"a"}""", "default")]
    [InlineData("""{"ke":"a"}""", "default")]
    [InlineData("""{"kéy":"a"}""", "default")]
    [InlineData("""{}""", "default")]
    [InlineData("null", "default")]
    [InlineData("""{"key":null}""", "default")]
    [InlineData("""{"key":"a","key":"b"}""", "b")]
    [InlineData("""{"key":"a","KEY":"b"}""", "b")]
    [InlineData("""{"KEY":"a","key":"b"}""", "b")]
    [InlineData("""{"key":"a","Key":null}""", "a")]
    [InlineData("""{"key":""}""", "")]
    [InlineData("""{"x":{"key":"inner"}}""", "default")]
    [InlineData("""{"key":"\ud800|\ude00|\ud83d\ude00|\u00e9\t\"\\\/\b\f\r\n"}""", "\ufffd|\ufffd|\U0001F600|é\t\"\\/\b\f\r\n")]
    public void A_member_is_found_as_the_reference_finds_it(string text, string value) => Assert.Equal(value, View(text).GetString("key", "default"));

    [Fact]
    public void What_is_not_UTF_8_reads_as_the_replacement_character()
    {
        JsonView view = JsonView.Parse((byte[])[.. "{\"a\":\"x"u8, 0xff, .. "y\",\"b\":\"\\t"u8, 0xc3, .. "\"}"u8]);

        Assert.Equal("x\ufffdy", view.GetString("a"));
        Assert.Equal("\t\ufffd", view.GetString("b"));
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("12", 12)]
    [InlineData("-12", -12)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("null", 7)]
    public void Integers_are_read(string number, long value) => Assert.Equal(value, View($"{{\"n\":{number}}}").GetInt("n", 7));

    [Theory]
    [InlineData("1.0", "number 1.0")]
    [InlineData("1e3", "number 1e3")]
    [InlineData("9223372036854775808", "number 9223372036854775808")]
    [InlineData("\"1\"", "string")]
    [InlineData("true", "bool")]
    [InlineData("[1]", "array")]
    [InlineData("{}", "object")]
    public void What_is_no_integer_is_an_error(string value, string named)
    {
        CniException error = Assert.Throws<CniException>(() => View($"{{\"n\":{value}}}").GetInt("n"));

        Assert.Equal((CniErrorCode.Decoding, $"json: cannot unmarshal {named} into Go struct field .n of type int"), (error.Code, error.Message));
    }

    [Theory]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("0", 0ul)]
    [InlineData("null", 3ul)]
    public void Unsigned_integers_are_read(string number, ulong value) => Assert.Equal(value, View($"{{\"n\":{number}}}").GetUInt("n", 3));

    [Theory]
    [InlineData("-0")]
    [InlineData("-1")]
    [InlineData("18446744073709551616")]
    [InlineData("1.5")]
    public void What_is_no_unsigned_integer_is_an_error(string number) => Assert.Throws<CniException>(() => View($"{{\"n\":{number}}}").GetUInt("n"));

    [Theory]
    [InlineData("2147483648")]
    [InlineData("-2147483649")]
    public void What_does_not_fit_32_bits_is_an_error(string number) => Assert.Throws<CniException>(() => View($"{{\"n\":{number}}}").GetInt32("n"));

    [Fact]
    public void Null_and_absent_differ_from_zero_where_that_matters()
    {
        JsonView view = View("""{"zero":0,"none":null,"was":1,"WAS":null}""");

        Assert.Equal(0, view.GetNullableInt("zero"));
        Assert.Null(view.GetNullableInt("none"));
        Assert.Null(view.GetNullableInt("was"));
        Assert.Null(view.GetNullableInt32("absent"));
        Assert.True(view.Has("none"));
        Assert.False(view.Has("absent"));
        Assert.True(view.Get("none").IsNullOrAbsent);
    }

    [Theory]
    [InlineData("""{"b":true}""", true)]
    [InlineData("""{"b":false}""", false)]
    [InlineData("""{"b":null}""", true)]
    [InlineData("""{}""", true)]
    public void Booleans_are_read(string text, bool value) => Assert.Equal(value, View(text).GetBool("b", true));

    [Theory]
    [InlineData("\"true\"")]
    [InlineData("1")]
    public void What_is_no_boolean_is_an_error(string value) => Assert.Throws<CniException>(() => View($"{{\"b\":{value}}}").GetBool("b"));

    [Fact]
    public void Lists_tell_absent_from_empty()
    {
        JsonView view = View("""{"empty":[],"none":null,"some":["a",null,"b"]}""");

        Assert.Empty(view.GetStrings("empty")!);
        Assert.Null(view.GetStrings("none"));
        Assert.Null(view.GetStrings("absent"));
        Assert.Equal(["a", "", "b"], view.GetStrings("some")!);
        Assert.Null(view.GetObjects("none"));
        Assert.Empty(view.GetObjects("empty")!);
        Assert.Throws<CniException>(() => view.GetObjects("some"));
    }

    [Fact]
    public void Nested_values_are_reached_in_order()
    {
        JsonView view = View("""{"ranges":[[{"subnet":"a"},{"subnet":"b"}],[],[{"subnet":"c"}]],"after":1}""");
        List<string> seen = [];
        foreach (JsonView set in view.GetItems("ranges")!)
        {
            foreach (JsonView range in set.AsItems())
            {
                seen.Add(range.GetString("subnet"));
            }
            seen.Add("|");
        }

        Assert.Equal(["a", "b", "|", "|", "c", "|"], seen);
        Assert.Equal(1, view.GetInt("after"));
    }

    [Fact]
    public void Members_come_in_their_order_with_duplicates()
    {
        JsonView view = View("""{"b":1,"a":{"x":2},"b":3}""");

        Assert.Equal(["b", "a", "b"], view.Members().Select(m => m.Key));
        Assert.Equal(3, view.Members()[2].Value.AsInt());
        Assert.Empty(View("null").Members());
    }

    [Fact]
    public void The_raw_text_is_the_value_alone()
    {
        JsonView view = View("""{ "a" : {"x": [1, 2]} , "b":"q" }""");

        Assert.Equal("""{"x": [1, 2]}""", Encoding.UTF8.GetString(view.Get("a").RawText.Span));
        Assert.Equal("\"q\"", Encoding.UTF8.GetString(view.Get("b").RawText.Span));
        Assert.True(view.Get("c").RawText.IsEmpty);
    }

    [Fact]
    public void Errors_name_the_path_and_are_the_callers()
    {
        JsonView view = View("""{"ipam":{"ranges":[{"subnet":5}]}}""").WithErrors(CniErrorCode.Internal, "failed to load netconf: ");

        CniException error = Assert.Throws<CniException>(() => view.GetObject("ipam")!.Value.GetObjects("ranges")![0].GetString("subnet"));

        Assert.Equal("failed to load netconf: json: cannot unmarshal number into Go struct field .ipam.ranges.subnet of type string", error.Message);
        Assert.Equal(CniErrorCode.Internal, error.Code);
    }

    [Theory]
    [InlineData("""{"a":"10.1.2.3/24"}""", "10.1.2.3/24")]
    [InlineData("""{"a":"2001:db8::1/64"}""", "2001:db8::1/64")]
    public void Prefixes_are_read(string text, string prefix) => Assert.Equal(prefix, View(text).GetPrefix("a").ToString());

    [Theory]
    [InlineData("""{"a":"10.1.2.3"}""", "invalid CIDR address: 10.1.2.3")]
    [InlineData("""{"a":""}""", "invalid CIDR address: ")]
    [InlineData("""{}""", "invalid CIDR address: a is missing")]
    [InlineData("""{"a":null}""", "invalid CIDR address: a is missing")]
    [InlineData("""{"a":1}""", "json: cannot unmarshal number into Go struct field .a of type string")]
    public void What_is_no_prefix_is_an_error(string text, string message) =>
        Assert.Equal(message, Assert.Throws<CniException>(() => View(text).GetPrefix("a")).Message);

    [Fact]
    public void Addresses_may_be_absent_or_empty_but_not_wrong()
    {
        JsonView view = View("""{"a":"::ffff:10.0.0.1","empty":"","bad":"10.0.0"}""");

        Assert.Equal("10.0.0.1", view.GetAddress("a")!.ToString());
        Assert.Null(view.GetAddress("empty"));
        Assert.Null(view.GetAddress("absent"));
        Assert.Equal("invalid IP address: 10.0.0", Assert.Throws<CniException>(() => view.GetAddress("bad")).Message);
    }
}
