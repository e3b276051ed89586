using System.Text;

namespace Dataplane.Cni.Tests;

/// <summary>What is wrong with a text, in the reference's words (taken from its host-local).</summary>
public class JsonSyntaxTests
{
    [Theory]
    [InlineData("", "unexpected end of JSON input")]
    [InlineData(" ", "unexpected end of JSON input")]
    [InlineData("{", "unexpected end of JSON input")]
    [InlineData("{\"", "unexpected end of JSON input")]
    [InlineData("{\"a\"", "unexpected end of JSON input")]
    [InlineData("{\"a\":", "unexpected end of JSON input")]
    [InlineData("{\"a\":1", "unexpected end of JSON input")]
    [InlineData("{\"a\":1,", "unexpected end of JSON input")]
    [InlineData("\"abc", "unexpected end of JSON input")]
    [InlineData("{\"a\":1,}", "invalid character '}' looking for beginning of object key string")]
    [InlineData("{a:1}", "invalid character 'a' looking for beginning of object key string")]
    [InlineData("{'a':1}", "invalid character '\\'' looking for beginning of object key string")]
    [InlineData("{\"a\" 1}", "invalid character '1' after object key")]
    [InlineData("{\"a\":1 \"b\":2}", "invalid character '\"' after object key:value pair")]
    [InlineData("{\"a\":01}", "invalid character '1' after object key:value pair")]
    [InlineData("[1 2]", "invalid character '2' after array element")]
    [InlineData("{\"a\":[1}", "invalid character '}' after array element")]
    [InlineData("[1,]", "invalid character ']' looking for beginning of value")]
    [InlineData("[}", "invalid character '}' looking for beginning of value")]
    [InlineData("{\"a\":]}", "invalid character ']' looking for beginning of value")]
    [InlineData("{\"a\":\\}", "invalid character '\\\\' looking for beginning of value")]
    [InlineData("{\"a\":\0}", "invalid character '\\x00' looking for beginning of value")]
    [InlineData("{\"a\":+1}", "invalid character '+' looking for beginning of value")]
    [InlineData("/*c*/{}", "invalid character '/' looking for beginning of value")]
    [InlineData("\ufeff{}", "invalid character 'ï' looking for beginning of value")]
    [InlineData("{\"name\":\"n\"}x", "invalid character 'x' after top-level value")]
    [InlineData("{\"name\":\"n\"}{}", "invalid character '{' after top-level value")]
    [InlineData("nulll", "invalid character 'l' after top-level value")]
    [InlineData("{\"a\":tru}", "invalid character '}' in literal true (expecting 'e')")]
    [InlineData("{\"a\":nul", "invalid character ' ' in literal null (expecting 'l')")]
    [InlineData("tr", "invalid character ' ' in literal true (expecting 'u')")]
    [InlineData("{\"a\":falSe}", "invalid character 'S' in literal false (expecting 's')")]
    [InlineData("-", "invalid character ' ' in numeric literal")]
    [InlineData("{\"a\":-x}", "invalid character 'x' in numeric literal")]
    [InlineData("{\"a\":1.x}", "invalid character 'x' after decimal point in numeric literal")]
    [InlineData("{\"a\":1.", "invalid character ' ' after decimal point in numeric literal")]
    [InlineData("{\"a\":1e+}", "invalid character '}' in exponent of numeric literal")]
    [InlineData("{\"a\":\"\\x\"}", "invalid character 'x' in string escape code")]
    [InlineData("{\"a\":\"b\\", "invalid character ' ' in string escape code")]
    [InlineData("{\"a\":\"\\u12g4\"}", "invalid character 'g' in \\u hexadecimal character escape")]
    [InlineData("{\"a\":\"\\u12", "invalid character ' ' in \\u hexadecimal character escape")]
    [InlineData("{\"a\":\"\t\"}", "invalid character '\\t' in string literal")]
    [InlineData("{\"a\":\"\n\"}", "invalid character '\\n' in string literal")]
    public void The_first_wrong_character_is_named(string text, string message)
    {
        CniException error = Assert.Throws<CniException>(() => JsonView.Parse(Encoding.UTF8.GetBytes(text), CniErrorCode.Internal, "while testing: "));

        Assert.Equal("while testing: " + message, error.Message);
        Assert.Equal(CniErrorCode.Internal, error.Code);
    }

    [Fact]
    public void A_byte_that_is_not_text_is_named_as_Latin_1()
    {
        CniException error = Assert.Throws<CniException>(() => JsonView.Parse(new byte[] { (byte)'[', 0xff, (byte)']' }));

        Assert.Equal("invalid character 'ÿ' looking for beginning of value", error.Message);
    }

    [Theory]
    [InlineData(10000, null)]
    [InlineData(10001, "invalid character '[' exceeded max depth")]
    public void Ten_thousand_levels_are_read(int depth, string? message)
    {
        byte[] text = Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth));

        Assert.Equal(message, Record.Exception(() => JsonView.Parse(text))?.Message);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData(" [ ] ")]
    [InlineData("{\"a\":[{},[],{\"b\":[1,-0.5e+3,true,false,null,\"\\u00e9\\n\\/\"]}],\"\":0}")]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("\"\"")]
    public void What_is_JSON_has_no_error(string text) => Assert.Null(JsonSyntax.Explain(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Reader_and_explanation_agree_on_every_prefix_and_on_every_changed_byte()
    {
        byte[] text = Encoding.UTF8.GetBytes("{\"a\": [1, -2.5e-3, true, null, \"x\\u0041\\n\"], \"b\": {\"c\": false}} ");
        for (int i = 0; i < text.Length; i++)
        {
            Agree(text[..i]);
            foreach (byte c in "{}[]:,\"\\ 0-.etx\x01"u8)
            {
                byte[] changed = [.. text];
                changed[i] = c;
                Agree(changed);
            }
        }

        static void Agree(byte[] text)
        {
            string? read = Record.Exception(() => JsonView.Parse(text))?.Message;
            Assert.True(read == JsonSyntax.Explain(text), $"{Encoding.UTF8.GetString(text)}: {read} / {JsonSyntax.Explain(text)}");
        }
    }
}
