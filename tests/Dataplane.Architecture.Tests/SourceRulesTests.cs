using System.Text.RegularExpressions;

namespace Dataplane.Architecture.Tests;

/// <summary>The rules of the tree that no compiler holds.</summary>
public sealed partial class SourceRulesTests
{
    [Fact]
    public void Native_calls_live_in_Interop_alone() =>
        AssertNone("src/", [".cs"], NativeCall(), except: f => f.StartsWith("src/Dataplane.Interop/", StringComparison.Ordinal));

    /// <summary>dpctl is interactive and may; a CNI call is a process of milliseconds and may not.</summary>
    [Fact]
    public void The_ADD_path_has_no_LINQ_tasks_or_threads() =>
        AssertNone("src/", [".cs"], SlowStart(), except: f => f.StartsWith("src/Dataplane.Cli/", StringComparison.Ordinal));

    [Fact]
    public void Nothing_is_unfinished() =>
        AssertNone("", [".cs", ".c", ".h", ".sh", ".txt", ".cmake"], Unfinished(), except: f => f.Contains("Architecture.Tests", StringComparison.Ordinal));

    [Fact]
    public void No_test_is_switched_off_by_hand() =>
        AssertNone("tests/", [".cs"], HandSkipped(), except: f => f.Contains("Architecture.Tests", StringComparison.Ordinal));

    [Fact]
    public void No_source_file_is_longer_than_400_lines() =>
        Assert.DoesNotContain(Repository.Under("src/", ".cs"), f => Repository.Lines(f).Length > 400);

    [Fact]
    public void The_median_source_file_has_at_most_120_lines()
    {
        int[] lengths = [.. Repository.Under("src/", ".cs").Select(f => Repository.Lines(f).Length).Order()];
        Assert.InRange(lengths[lengths.Length / 2], 1, 120);
    }

    [Fact]
    public void A_BPF_header_has_at_most_250_lines_and_a_program_150()
    {
        Assert.DoesNotContain(Repository.Under("bpf/include/", ".h"), f => Repository.Lines(f).Length > 250);
        Assert.DoesNotContain(Repository.Under("bpf/", ".bpf.c"), f => Repository.Lines(f).Length > 150);
    }

    [Fact]
    public void A_source_file_has_one_public_type()
    {
        foreach (string file in Repository.Under("src/", ".cs"))
        {
            int types = Repository.Lines(file).Count(l => PublicType().IsMatch(l));
            Assert.True(types <= 1, $"{file} has {types} public types");
        }
    }

    private static void AssertNone(string folder, string[] extensions, Regex pattern, Func<string, bool> except)
    {
        var hits = new List<string>();
        foreach (string file in Repository.Under(folder, extensions).Where(f => !except(f)))
        {
            string[] lines = Repository.Lines(file);
            for (int i = 0; i < lines.Length; i++)
            {
                if (pattern.IsMatch(lines[i]))
                {
                    hits.Add($"{file}:{i + 1}: {lines[i].Trim()}");
                }
            }
        }

        Assert.Empty(hits);
    }

    [GeneratedRegex(@"\[(LibraryImport|DllImport)\b|\bNativeLibrary\.")]
    private static partial Regex NativeCall();

    [GeneratedRegex(@"^\s*using System\.(Linq|Threading\.Tasks|Reflection)\b|\basync \b|\bnew Thread\(|\bThreadPool\.")]
    private static partial Regex SlowStart();

    [GeneratedRegex(@"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedException|\bfor now\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex("Skip *= *\"")]
    private static partial Regex HandSkipped();

    // Column 0: nested types are part of the one they are in.
    [GeneratedRegex(@"^public (static |sealed |abstract |unsafe |partial |readonly |ref )*(class|struct|record|interface|enum|delegate)\b")]
    private static partial Regex PublicType();
}
