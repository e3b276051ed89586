namespace Dataplane.Engine;

/// <summary>Asks for a container's addresses under its journal.</summary>
internal static class AddressLease
{
    /// <summary>Asks, with the step written first.</summary>
    public static AddressPlan Take(Journal journal, IAddressSource addresses)
    {
        AttachmentStep step = AttachmentStep.Ipam(addresses.Type);
        journal.Write(step);
        try
        {
            return addresses.Acquire();
        }
        catch when (addresses.HasRefused && !Interruption.Requested)
        {
            // It answered: nothing is held. And what the container may have had before is not ours to give back. (One that was killed, interrupted with us, or gave an answer
            // that nobody understands may have reserved something, and is asked to give back.)
            journal.Retract(step);
            throw;
        }
    }
}
