using Dataplane.Cni;
using Dataplane.Engine;

namespace Dataplane.Plugins;

/// <summary>The host-device plugin's configuration.</summary>
internal sealed class HostDeviceConfig
{
    /// <summary>What the engine is asked for.</summary>
    public required HostDeviceRequest Request { get; init; }

    /// <summary>Reads and validates it.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">The reference's texts.</exception>
    public static HostDeviceConfig Parse(CniRequest request)
    {
        HostDeviceChoice choice = Choose(request);
        if (choice is { Device.Length: 0, HardwareAddress.Length: 0, KernelPath.Length: 0, PciAddress.Length: 0, Auxiliary.Length: 0 })
        {
            throw new CniException(CniErrorCode.Internal, "specify either \"device\", \"hwaddr\", \"kernelpath\" or \"pciBusID\"");
        }

        return new HostDeviceConfig
        {
            Request = new HostDeviceRequest
            {
                Id = Translate.Id(request),
                Network = request.Config.Name,
                NetnsPath = request.NetnsPath,
                Choice = choice,
                InUserSpace = choice.PciAddress.Length > 0 && Translate.Errors(() => HostDevices.IsInUserSpace(choice.PciAddress)),
                DetectDuplicates = request.Config.Root.GetBool("enabledad"),
            },
        };
    }

    /// <summary>Whether a driver in user space has the device, for DEL: one that cannot be asked any more is no failure.</summary>
    /// <param name="request">The call.</param>
    public static bool IsInUserSpace(CniRequest request)
    {
        try
        {
            return Choose(request).PciAddress is { Length: > 0 } address && HostDevices.IsInUserSpace(address);
        }
        catch (Exception e) when (e is CniException or NodeException)
        {
            return false;
        }
    }

    /// <summary>Reads every field, for its type.</summary>
    /// <param name="request">The call.</param>
    /// <exception cref="CniException">One has another.</exception>
    public static void ReadTypes(CniRequest request)
    {
        JsonView root = Root(request);
        _ = Fields(root);
        _ = root.GetBool("enabledad");
        _ = root.Get("runtimeConfig").AsObject().GetString("deviceID");
        _ = DataplaneOptions.Parse(request.Config);
    }

    // The runtime's device is one of either bus, in place of the configuration's PCI device.
    private static HostDeviceChoice Choose(CniRequest request)
    {
        ReadTypes(request);
        HostDeviceChoice fields = Fields(Root(request));
        string id = request.Config.RuntimeConfig.GetString("deviceID");
        if (id.Length == 0)
        {
            return fields;
        }

        if (HostDevices.HasPci(id))
        {
            return fields with { PciAddress = id };
        }

        return HostDevices.HasAuxiliary(id)
            ? fields with { PciAddress = "", Auxiliary = id }
            : throw new CniException(CniErrorCode.Internal, $"runtime config DeviceID {id} not found or unsupported");
    }

    private static HostDeviceChoice Fields(JsonView root) => new(
        root.GetString("device"), root.GetString("hwaddr"), root.GetString("kernelpath"), root.GetString("pciBusID"), "");

    private static JsonView Root(CniRequest request) => request.Config.Root.WithErrors(CniErrorCode.Internal, "failed to load netconf: ");
}
