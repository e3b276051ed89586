using System.Text.Json;
using System.Text.Json.Serialization;

namespace Dataplane.Dhcp;

/// <summary>The protocol's JSON, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(DaemonRequest))]
[JsonSerializable(typeof(DaemonReply))]
internal sealed partial class DaemonJson : JsonSerializerContext;
