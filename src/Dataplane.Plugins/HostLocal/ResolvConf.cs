using Dataplane.Cni;

namespace Dataplane.Plugins.HostLocal;

/// <summary>Reads resolv.conf(5) into a result's <c>dns</c>.</summary>
internal static class ResolvConf
{
    /// <summary>Reads a file.</summary>
    /// <exception cref="CniException">The file cannot be read.</exception>
    internal static CniDns Read(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CniException(CniErrorCode.Internal, $"open {path}: no such file or directory", "ipam.resolvConf names it", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new CniException(CniErrorCode.Internal, $"open {path}: {e.Message}", "ipam.resolvConf names it", e);
        }
    }

    /// <summary>Reads the text: one address a nameserver line, everything on search and options lines, the last domain.</summary>
    internal static CniDns Parse(string text)
    {
        List<string>? nameservers = null;
        List<string>? search = null;
        List<string>? options = null;
        string domain = "";
        foreach (string line in text.Split('\n'))
        {
            string[] fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 2 || fields[0][0] is '#' or ';')
                continue;
            switch (fields[0])
            {
                case "nameserver":
                    (nameservers ??= []).Add(fields[1]);
                    break;
                case "domain":
                    domain = fields[1];
                    break;
                case "search":
                    (search ??= []).AddRange(fields[1..]);
                    break;
                case "options":
                    (options ??= []).AddRange(fields[1..]);
                    break;
            }
        }
        return new CniDns { Nameservers = nameservers, Domain = domain, Search = search, Options = options };
    }
}
