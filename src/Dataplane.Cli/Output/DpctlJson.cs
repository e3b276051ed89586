using System.Text.Json.Serialization;
using Dataplane.Cli.Rows;

namespace Dataplane.Cli.Output;

/// <summary>The serializers of every report, generated: reflection does not survive NativeAOT.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(IReadOnlyList<EndpointRow>))]
[JsonSerializable(typeof(IReadOnlyList<FlowRow>))]
[JsonSerializable(typeof(FlushReport))]
[JsonSerializable(typeof(IReadOnlyList<CounterRow>))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(IReadOnlyList<NatConnection>))]
[JsonSerializable(typeof(IReadOnlyList<HostPortMapping>))]
[JsonSerializable(typeof(IReadOnlyList<MasqueradeRow>))]
[JsonSerializable(typeof(MasqueradeReport))]
[JsonSerializable(typeof(IReadOnlyList<BandwidthRow>))]
[JsonSerializable(typeof(IReadOnlyList<UplinkRow>))]
[JsonSerializable(typeof(UplinkRefreshReport))]
[JsonSerializable(typeof(IReadOnlyList<DropSummary>))]
[JsonSerializable(typeof(UnloadReport))]
internal sealed partial class DpctlJson : JsonSerializerContext;
