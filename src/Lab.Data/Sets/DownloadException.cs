namespace Lab.Data.Sets;

/// <summary>A set could not be fetched; the message says why, for each address tried.</summary>
public sealed class DownloadException : IOException
{
    /// <summary>Without a message.</summary>
    public DownloadException()
    {
    }

    /// <summary>With a message.</summary>
    public DownloadException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and a cause.</summary>
    public DownloadException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
