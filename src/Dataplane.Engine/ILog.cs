namespace Dataplane.Engine;

/// <summary>Where what happens is told to whoever debugs the node.</summary>
public interface ILog
{
    /// <summary>A step that was taken.</summary>
    /// <param name="line">One line.</param>
    void Debug(string line);

    /// <summary>Something the operator should know of.</summary>
    /// <param name="line">One line.</param>
    void Info(string line);

    /// <summary>Something that did not work and was passed over.</summary>
    /// <param name="line">One line.</param>
    void Warn(string line);
}
