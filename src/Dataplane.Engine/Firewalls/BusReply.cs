namespace Dataplane.Engine;

/// <summary>What is read of a message from the bus.</summary>
/// <param name="Type">2: an answer, 3: an error; others are no answer to anything.</param>
/// <param name="ReplyTo">The serial of the call; null: it answers none.</param>
/// <param name="Error">The error's name.</param>
/// <param name="Text">The first value, if it is a string: of an error, what it says.</param>
/// <param name="Flag">The first value, if it is a boolean.</param>
internal sealed record BusReply(byte Type, uint? ReplyTo, string Error, string Text, bool Flag)
{
    /// <summary>Whether it is an error.</summary>
    public bool IsError => Type == 3;

    /// <summary>Whether it is an answer or an error.</summary>
    public bool IsReply => Type is 2 or 3;
}
