using System.Collections;

namespace Dataplane.Interop;

/// <summary>The environment of a child: our own, with variables set over it.</summary>
public static class ChildEnvironment
{
    /// <summary>Puts it together.</summary>
    /// <param name="overrides">The variables; a later one of a name wins.</param>
    /// <returns>"NAME=value" each.</returns>
    public static List<string> Merge(IReadOnlyList<KeyValuePair<string, string>> overrides)
    {
        List<string> merged = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key;
            if (!Contains(overrides, 0, name))
            {
                merged.Add($"{name}={variable.Value}");
            }
        }

        for (int i = 0; i < overrides.Count; i++)
        {
            if (!Contains(overrides, i + 1, overrides[i].Key))
            {
                merged.Add($"{overrides[i].Key}={overrides[i].Value}");
            }
        }

        return merged;
    }

    private static bool Contains(IReadOnlyList<KeyValuePair<string, string>> variables, int from, string name)
    {
        for (int i = from; i < variables.Count; i++)
        {
            if (variables[i].Key == name)
            {
                return true;
            }
        }

        return false;
    }
}
