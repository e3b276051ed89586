using System.Text;

namespace Dataplane.Cni;

/// <summary>The rules that names in a call have to keep. Each check throws, or returns.</summary>
public static class CniNames
{
    private const int MaxInterfaceNameBytes = 15;

    /// <summary>Checks a container's id.</summary>
    /// <param name="id">CNI_CONTAINERID.</param>
    /// <exception cref="CniException"><see cref="CniErrorCode.UnknownContainer"/> when empty, else <see cref="CniErrorCode.InvalidEnvironment"/>.</exception>
    public static void CheckContainerId(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id.Length == 0)
        {
            throw new CniException(CniErrorCode.UnknownContainer, "missing containerID");
        }
        if (!IsIdentifier(id))
        {
            throw new CniException(CniErrorCode.InvalidEnvironment, "invalid characters in containerID", id);
        }
    }

    /// <summary>Checks a network's name.</summary>
    /// <param name="name">The configuration's <c>name</c>.</param>
    /// <exception cref="CniException"><see cref="CniErrorCode.InvalidNetworkConfig"/>.</exception>
    public static void CheckNetworkName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
        {
            throw new CniException(CniErrorCode.InvalidNetworkConfig, "missing network name");
        }
        if (!IsIdentifier(name))
        {
            throw new CniException(CniErrorCode.InvalidNetworkConfig, "invalid characters found in network name", name);
        }
    }

    /// <summary>Checks an interface's name against what the kernel takes (dev_valid_name in net/core/dev.c).</summary>
    /// <param name="name">CNI_IFNAME.</param>
    /// <exception cref="CniException"><see cref="CniErrorCode.InvalidEnvironment"/>.</exception>
    public static void CheckInterfaceName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length == 0)
        {
            throw new CniException(CniErrorCode.InvalidEnvironment, "interface name is empty");
        }
        if (Encoding.UTF8.GetByteCount(name) > MaxInterfaceNameBytes)
        {
            throw new CniException(CniErrorCode.InvalidEnvironment, "interface name is too long", "interface name should be less than 16 characters");
        }
        if (name is "." or "..")
        {
            throw new CniException(CniErrorCode.InvalidEnvironment, "interface name is . or ..");
        }
        foreach (char c in name)
        {
            if (c is '/' or ':' || char.IsWhiteSpace(c))
            {
                throw new CniException(CniErrorCode.InvalidEnvironment, "interface name contains / or : or whitespace characters");
            }
        }
    }

    // A letter or digit, then letters, digits, '_', '.' and '-': safe as a file name, and never an option or a path.
    private static bool IsIdentifier(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(text[i]) && (i == 0 || text[i] is not ('_' or '.' or '-')))
            {
                return false;
            }
        }
        return text.Length > 0;
    }
}
