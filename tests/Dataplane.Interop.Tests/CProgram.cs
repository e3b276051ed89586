using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Dataplane.Interop.Tests;

/// <summary>Asks the C compiler what its headers say: the one authority on numbers and layouts that are declared by hand here.</summary>
public static class CProgram
{
    /// <summary>Compiles and runs a program that prints every expression.</summary>
    public static Dictionary<string, long> Evaluate(IEnumerable<string> headers, IReadOnlyCollection<string> expressions)
    {
        var source = new StringBuilder("#define _GNU_SOURCE\n#include <stddef.h>\n#include <stdio.h>\n");
        foreach (string header in headers)
        {
            source.Append($"#include <{header}>\n");
        }

        source.Append("int main(void)\n{\n");
        foreach (string expression in expressions)
        {
            source.Append($"\tprintf(\"%lld %s\\n\", (long long)({expression}), \"{expression}\");\n");
        }

        source.Append("\treturn 0;\n}\n");
        DirectoryInfo directory = Directory.CreateTempSubdirectory("dataplane-c-");
        try
        {
            string file = Path.Combine(directory.FullName, "ask.c");
            string program = Path.Combine(directory.FullName, "ask");
            File.WriteAllText(file, source.ToString());
            Run(File.Exists("/usr/bin/gcc") ? "gcc" : "clang", "-Wno-overflow", "-o", program, file);
            var answers = new Dictionary<string, long>();
            foreach (string line in Run(program).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                int space = line.IndexOf(' ', StringComparison.Ordinal);
                answers[line[(space + 1)..]] = long.Parse(line[..space], CultureInfo.InvariantCulture);
            }

            return answers;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Every constant of a type, by its C name; <paramref name="names"/> maps those that have another one.</summary>
    public static void AssertConstants(Type type, IEnumerable<string> headers, IReadOnlyDictionary<string, string>? names = null)
    {
        var ours = new Dictionary<string, long>();
        foreach (FieldInfo field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
        {
            if (field.IsLiteral && field.FieldType != typeof(string))
            {
                string name = names is not null && names.TryGetValue(field.Name, out string? c) ? c : field.Name;
                ours[name] = Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture);
            }
        }

        Assert.NotEmpty(ours);
        Dictionary<string, long> theirs = Evaluate(headers, ours.Keys);
        var wrong = new List<string>();
        foreach ((string name, long value) in ours)
        {
            // A C constant may be a negative int where ours is the unsigned field it goes into.
            if (theirs[name] != value && (uint)theirs[name] != (uint)value)
            {
                wrong.Add($"{name}: {value:x}, in C {theirs[name]:x}");
            }
        }

        Assert.Empty(wrong);
    }

    /// <summary>Size and offsets of structures; each is <c>struct NAME</c> in C.</summary>
    public static void AssertStructs(IEnumerable<string> headers, params Type[] types)
    {
        var ours = new Dictionary<string, long>();
        foreach (Type type in types)
        {
#pragma warning disable CA1308 // C's names are lower case
            string name = type.Name.ToLowerInvariant();
#pragma warning restore CA1308
            ours[$"sizeof(struct {name})"] = Marshal.SizeOf(type);
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public))
            {
                if (!field.Name.Contains("pad", StringComparison.Ordinal) && !field.Name.Contains("reserved", StringComparison.Ordinal))
                {
                    ours[$"offsetof(struct {name}, {field.Name})"] = (long)Marshal.OffsetOf(type, field.Name);
                }
            }
        }

        Assert.Equal(ours, Evaluate(headers, ours.Keys));
    }

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{program}: {errors.GetAwaiter().GetResult()}");
    }
}
