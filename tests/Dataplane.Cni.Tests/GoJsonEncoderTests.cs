using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Dataplane.Cni.Tests;

/// <summary>What is escaped, against what Go's encoding/json wrote of the same strings.</summary>
public class GoJsonEncoderTests
{
    [Theory]
    [InlineData("a\"b\\c/d", """ "a\"b\\c/d" """)]
    [InlineData("\n\r\t\b\f\0\u001f\u007f", """ "\n\r\t\u0008\u000c\u0000\u001f""" + "\u007f\" ")]
    [InlineData("<a href='x'>&+`", """ "\u003ca href='x'\u003e\u0026+`" """)]
    [InlineData("ü€𝄞\u2028\u2029", """ "ü€𝄞\u2028\u2029" """)]
    public void A_string_is_written_as_Go_writes_it(string text, string expected) =>
        Assert.Equal(expected.Trim(), Write(json => json.WriteStringValue(text)));

    // Not as a theory: an attribute's strings are kept as UTF-8, which has no half of a pair.
    [Fact]
    public void Half_a_surrogate_pair_becomes_a_replacement_character()
    {
        Assert.Equal("\"a\\ufffdb\\ufffd\"", Write(json => json.WriteStringValue("a\ud800b\udc00")));
        Assert.Equal("\"\ud834\udd1e\\ufffd\"", Write(json => json.WriteStringValue("\ud834\udd1e\ud834")));
    }

    [Fact]
    public void Bytes_that_are_no_UTF8_become_replacement_characters() =>
        Assert.Equal("\"a\\ufffdb\"", Write(json => json.WriteStringValue([(byte)'a', 0xff, (byte)'b'])));

    /// <summary>The hash is of the program that prints json.Marshal(string(r)) of all r but surrogates, built with Go 1.19.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_character_is_written_as_Go_writes_it(bool utf8)
    {
        uint hash = 2166136261;
        int escaped = 0;
        for (int scalar = 0; scalar < 0x110000; scalar++)
        {
            if (Rune.TryCreate(scalar, out Rune rune))
            {
                string text = rune.ToString();
                string json = Write(writer => WriteValue(writer, text, utf8));
                escaped += json[1..^1] == text ? 0 : 1;
                foreach (byte b in Encoding.UTF8.GetBytes(json))
                {
                    hash = (hash ^ b) * 16777619;
                }
            }
        }

        Assert.Equal((39, 2904188399), (escaped, hash));
    }

    [Fact]
    public void Long_strings_that_are_escaped_all_over_are_written()
    {
        string text = string.Concat(Enumerable.Repeat("<\u2028\ud83d\ude00\0", 5000));
        string json = Write(writer => writer.WriteStringValue(text));
        Assert.Equal(text, JsonDocument.Parse(json).RootElement.GetString());
        Assert.Equal(string.Concat(Enumerable.Repeat("\\u003c\\u2028\ud83d\ude00\\u0000", 5000)), json[1..^1]);
    }

    private static void WriteValue(Utf8JsonWriter json, string text, bool utf8)
    {
        if (utf8)
        {
            json.WriteStringValue(Encoding.UTF8.GetBytes(text));
        }
        else
        {
            json.WriteStringValue(text);
        }
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonLayout.Compact))
        {
            write(json);
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
