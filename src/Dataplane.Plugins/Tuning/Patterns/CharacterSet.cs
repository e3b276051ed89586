using System.Globalization;
using System.Text;

namespace Dataplane.Plugins;

/// <summary>A set of characters of a pattern: ranges, and categories of Unicode.</summary>
internal sealed class CharacterSet
{
    private const int Last = 0x10ffff;
    private readonly List<(int First, int Last)> _ranges = [];
    private uint _categories;

    /// <summary>Everything that is not in it.</summary>
    public bool IsNegated { get; set; }

    /// <summary>Upper and lower case are the same.</summary>
    public bool IgnoresCase { get; init; }

    /// <summary>Adds characters.</summary>
    /// <param name="first">The first.</param>
    /// <param name="last">The last.</param>
    public void Add(int first, int last) => _ranges.Add((first, last));

    /// <summary>Adds ASCII ranges, "09AZ", or everything else.</summary>
    /// <param name="pairs">First and last of each, ascending.</param>
    /// <param name="negated">Everything else.</param>
    public void AddPairs(string pairs, bool negated)
    {
        int next = 0;
        for (int i = 0; i < pairs.Length; i += 2)
        {
            if (negated)
            {
                Add(next, pairs[i] - 1);
                next = pairs[i + 1] + 1;
            }
            else
            {
                Add(pairs[i], pairs[i + 1]);
            }
        }

        if (negated)
        {
            Add(next, Last);
        }
    }

    /// <summary>Adds a general category of Unicode: "L", "Lu".</summary>
    /// <param name="name">Its name.</param>
    /// <param name="negated">All others.</param>
    /// <returns>Whether there is one of that name.</returns>
    public bool TryAddCategory(string name, bool negated)
    {
        // In the order of UnicodeCategory.
        const string known = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Zs Zl Zp Cc Cf Cs Co Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Cn";
        uint mask = 0;
        string[] names = known.Split(' ');
        for (int i = 0; i < names.Length; i++)
        {
            mask |= names[i] == name || (name.Length == 1 && names[i][0] == name[0]) ? 1u << i : 0;
        }

        _categories |= negated ? ~mask : mask;
        return mask != 0;
    }

    /// <summary>Whether a character is in it.</summary>
    /// <param name="character">The character.</param>
    public bool Contains(Rune character)
    {
        bool found = Has(character);
        if (!found && IgnoresCase)
        {
            found = Has(Rune.ToLowerInvariant(character)) || Has(Rune.ToUpperInvariant(character));
        }

        return found != IsNegated;
    }

    private bool Has(Rune character)
    {
        foreach ((int first, int last) in _ranges)
        {
            if (character.Value >= first && character.Value <= last)
            {
                return true;
            }
        }

        return _categories != 0 && (_categories >> (int)Rune.GetUnicodeCategory(character) & 1) != 0;
    }
}
