using System.Text.Json;

namespace Dataplane.Plugins.Tests;

/// <summary>Patterns of the list of sysctls, beside Go's package regexp: what it says of them is in patterns.tsv, which patterns.go has written.</summary>
public sealed class PatternTests
{
    private static string[] Lines => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Tuning/patterns.tsv"));

    [Fact]
    public void Every_pattern_matches_what_it_matches_in_Go_and_is_refused_in_its_words()
    {
        string[] keys = [.. Lines[0].Split('\t').Select(static key => JsonSerializer.Deserialize<string>(key)!)];
        List<string> wrong = [];
        int count = 0;
        foreach (string line in Lines.Skip(1))
        {
            string[] parts = line.Split('\t');
            string ours = Answer(parts[0], keys);
            count++;
            if (ours != parts[1])
            {
                wrong.Add($"{parts[0]}: {ours}, Go: {parts[1]}");
            }
        }

        Assert.True(count > 700, "the table is short");
        Assert.True(wrong.Count == 0, string.Join("\n", wrong.Take(30)));
    }

    [Theory]
    [InlineData("(a*)*b")]
    [InlineData("(a|aa)+$")]
    [InlineData("(.*)(.*)(.*)(.*)(.*)[ab]{50}c")]
    public void None_takes_long(string pattern) => Assert.False(PatternParser.Parse(pattern).IsMatch(new string('a', 5000) + "d"));

    [Fact]
    public void None_is_too_deep_or_too_large()
    {
        Assert.StartsWith("expression nests too deeply", Assert.Throws<FormatException>(static () => PatternParser.Parse(new string('(', 5000))).Message, StringComparison.Ordinal);
        Assert.Equal("expression too large", Assert.Throws<FormatException>(static () => PatternParser.Parse("((a{1000}){1000}){1000}")).Message);
    }

    private static string Answer(string pattern, string[] keys)
    {
        try
        {
            PatternProgram program = PatternParser.Parse(pattern);
            return string.Concat(keys.Select(key => program.IsMatch(key) ? '1' : '0'));
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }
}
