using System.Text.Json;

namespace Dataplane.Benchmarks.Results;

/// <summary>results.json: all rows of a run. docs/benchmarks.md describes it; a change that an old reader would misunderstand is a new schema.</summary>
internal sealed record ResultsFile
{
    /// <summary>The schema that is written.</summary>
    public const int CurrentSchema = 1;

    /// <summary>Version of the layout.</summary>
    public required int Schema { get; init; }

    /// <summary>"quick", "full", "gates".</summary>
    public required string Mode { get; init; }

    /// <summary>The rows, in the order in which they were measured.</summary>
    public required IReadOnlyList<ResultRow> Rows { get; init; }

    /// <summary>Rows of a run as a file.</summary>
    public static ResultsFile Of(string mode, IEnumerable<ResultRow> rows) => new() { Schema = CurrentSchema, Mode = mode, Rows = Ratios.Fill([.. rows]) };

    /// <summary>Reads one.</summary>
    /// <exception cref="ResultsException">It is missing, is no results.json, or one of another schema.</exception>
    public static ResultsFile Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            ResultsFile file = JsonSerializer.Deserialize(stream, ResultsJson.Default.ResultsFile) ?? throw new JsonException("null");
            return file.Schema == CurrentSchema ? file : throw new ResultsException($"{path} has schema {file.Schema}; this bench.sh reads {CurrentSchema}");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ResultsException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Writes it, a row a line: what changed in a committed one can be read in its diff.</summary>
    public void Write(string path)
    {
        using var writer = new StreamWriter(path);
        writer.NewLine = "\n";
        writer.WriteLine($$"""{"schema": {{Schema}}, "mode": {{JsonSerializer.Serialize(Mode, ResultsJson.Default.String)}}, "rows": [""");
        for (int i = 0; i < Rows.Count; i++)
        {
            writer.Write(JsonSerializer.Serialize(Rows[i], ResultsJson.Default.ResultRow));
            writer.WriteLine(i + 1 < Rows.Count ? "," : string.Empty);
        }

        writer.WriteLine("]}");
    }
}
