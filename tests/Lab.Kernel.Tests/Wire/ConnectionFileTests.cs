using Lab.Kernel.Wire;

namespace Lab.Kernel.Tests.Wire;

public sealed class ConnectionFileTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_can_be_read()
    {
        var connection = ConnectionFile.Fresh() with { ShellPort = 5, HeartbeatPort = 7 };
        connection.Write(folder.At("kernel.json"));
        Assert.Equal(connection, ConnectionFile.Read(folder.At("kernel.json")));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.At("kernel.json")));
    }

    [Fact]
    public void Loopback_is_the_address_where_the_file_names_none()
    {
        var connection = Read("""{"shell_port":1,"control_port":2,"stdin_port":3,"iopub_port":4,"hb_port":5}""");
        Assert.Equal(("127.0.0.1", false, ""), (connection.Ip, connection.IsOpenToOthers, connection.Key));
    }

    [Theory]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.1.2.3", false)]
    [InlineData("::1", false)]
    [InlineData("localhost", false)]
    [InlineData("0.0.0.0", true)]
    [InlineData("192.168.1.5", true)]
    public void An_address_that_others_reach_is_known_as_such(string ip, bool open) =>
        Assert.Equal(open, (ConnectionFile.Fresh() with { Ip = ip }).IsOpenToOthers);

    [Theory]
    [InlineData("{", "is not a connection file")]
    [InlineData("[]", "an object was wanted")]
    [InlineData("""{"shell_port":"x"}""", "shell_port must be a port from 0 to 65535, got \"x\"")]
    [InlineData("""{"shell_port":70000}""", "shell_port must be a port from 0 to 65535, got 70000")]
    [InlineData("{}", "shell_port must be a port from 0 to 65535, got nothing")]
    [InlineData("""{"ip":5}""", "ip must be a text, got 5")]
    [InlineData("""{"transport":"ipc"}""", "this kernel speaks tcp")]
    [InlineData("""{"key":"k","signature_scheme":"hmac-md5"}""", "this kernel signs by hmac-sha256")]
    public void What_cannot_be_is_told_in_words(string text, string why) =>
        Assert.Contains(why, Assert.Throws<KernelException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_is_not_there_is_told_in_words() =>
        Assert.Contains("Cannot read the connection file", Assert.Throws<KernelException>(() => ConnectionFile.Read(folder.At("none"))).Message, StringComparison.Ordinal);

    private ConnectionFile Read(string text) => ConnectionFile.Read(folder.Write("c.json", text));
}
