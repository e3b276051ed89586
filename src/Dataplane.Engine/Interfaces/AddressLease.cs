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
        catch when (!Interruption.Requested)
        {
            // It answered: nothing is held. (One that was interrupted with us did not, and is asked to give back.) And what the container may have had before is not ours to give back.
            journal.Retract(step);
            throw;
        }
    }
}
