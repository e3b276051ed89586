namespace Dataplane.Engine.Tests;

/// <summary>Patterns of device names.</summary>
public sealed class DeviceGlobTests
{
    [Theory]
    [InlineData("eth0", "eth0", true)]
    [InlineData("eth0", "eth01", false)]
    [InlineData("eth0", "eth", false)]
    [InlineData("eth*", "eth0", true)]
    [InlineData("eth*", "eth", true)]
    [InlineData("eth*", "veth0", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "wg0", true)]
    [InlineData("*eth*", "veth1a", true)]
    [InlineData("enp?s*", "enp3s0", true)]
    [InlineData("en?s*", "ens0", false)]
    [InlineData("?", "", false)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a*b*c", "aXbYbZ", false)]
    [InlineData("**", "x", true)]
    [InlineData("eth.1", "ethx1", false)]
    [InlineData("[ab]", "a", false)]
    public void A_pattern_has_a_name_or_not(string pattern, string name, bool expected) => Assert.Equal(expected, DeviceGlob.Matches(pattern, name));

    /// <summary>The textbook recursive definition, which is exponential and right.</summary>
    [Fact]
    public void Every_short_pattern_means_what_the_definition_says()
    {
        foreach (string pattern in Words("ab*?", 4))
        {
            foreach (string name in Words("ab", 5))
            {
                Assert.True(Defined(pattern, name) == DeviceGlob.Matches(pattern, name), $"{pattern} {name}");
            }
        }
    }

    [Fact]
    public void Any_of_several_patterns_is_enough()
    {
        Assert.True(DeviceGlob.MatchesAny(["wg*", "eth?"], "eth1"));
        Assert.False(DeviceGlob.MatchesAny(["wg*", "eth?"], "eth10"));
        Assert.False(DeviceGlob.MatchesAny([], "eth1"));
    }

    private static bool Defined(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name) =>
        pattern.IsEmpty ? name.IsEmpty
        : pattern[0] == '*' ? Defined(pattern[1..], name) || (!name.IsEmpty && Defined(pattern, name[1..]))
        : !name.IsEmpty && (pattern[0] == '?' || pattern[0] == name[0]) && Defined(pattern[1..], name[1..]);

    private static IEnumerable<string> Words(string letters, int longest)
    {
        IEnumerable<string> words = [""];
        for (int i = 0; i <= longest; i++)
        {
            foreach (string word in words)
            {
                yield return word;
            }

            words = [.. words.SelectMany(word => letters.Select(letter => word + letter))];
        }
    }
}
