using System.Text.Json.Serialization;
using Dataplane.Benchmarks.Reporting;

namespace Dataplane.Benchmarks.Results;

/// <summary>How results are written.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(SideConverter)])]
[JsonSerializable(typeof(ResultsFile))]
[JsonSerializable(typeof(string))]
internal sealed partial class ResultsJson : JsonSerializerContext
{
    /// <summary>A side by its name in camel case.</summary>
    private sealed class SideConverter() : JsonStringEnumConverter<Side>(System.Text.Json.JsonNamingPolicy.CamelCase, allowIntegerValues: false);
}
