namespace Dataplane.Cni.Tests;

/// <summary>A plugin that notes its calls and answers as it is told.</summary>
internal sealed class RecordingPlugin : CniPlugin
{
    public List<CniRequest> Calls { get; } = [];

    public override string Name => "recording";

    public IReadOnlyList<string> Versions { get; init; } = CniVersions.All;

    public override IReadOnlyList<string> SupportedVersions => Versions;

    public string? AboutText { get; init; }

    public override string About => AboutText ?? base.About;

    public CniResult Result { get; init; } = new() { Ips = { new CniIpConfig { Address = IpPrefix.Parse("10.0.0.2/24") } } };

    public Exception? Failure { get; init; }

    public override CniResult Add(CniRequest request)
    {
        Note(request);
        return Result;
    }

    public override void Del(CniRequest request) => Note(request);

    public override void Check(CniRequest request) => Note(request);

    public override void Status(CniRequest request) => Note(request);

    public override void Gc(CniRequest request) => Note(request);

    private void Note(CniRequest request)
    {
        Calls.Add(request);
        if (Failure is not null)
        {
            throw Failure;
        }
    }
}
