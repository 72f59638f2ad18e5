using System.CommandLine;
using System.Net;
using Lab.Data;
using Lab.Data.Sets;
using Spectre.Console;

namespace Lab.Cli;

/// <summary><c>lab data get</c>: downloads a real set, checked and resumable.</summary>
internal static class DataGetCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = $"The set: {string.Join(", ", Catalog.Real.Select(set => set.Name))}; or, to be told how to get it, {string.Join(", ", Catalog.Licensed.Select(set => set.Name))}." };
        var folder = new Option<string?>("--out") { Description = "The folder to write to (default: data/downloads/NAME).", HelpName = "DIR" };
        var command = new Command("get", "Download a real set; goes on where an earlier try stopped, and checks every file.") { name, folder };
        command.SetAction((parsed, cancel) => Catalog.Licensed.FirstOrDefault(set => set.Name == parsed.GetValue(name)) is { } licensed
            ? Task.FromResult(Explain(licensed, parsed.GetValue(folder)))
            : RunAsync(DataCommand.Find(Catalog.Real, set => set.Name, parsed.GetValue(name)!, "get"), parsed.GetValue(folder), cancel));
        return command;
    }

    /// <summary>Nothing can be fetched: says what to do instead, or that it is done.</summary>
    private static int Explain(LicensedSet set, string? folder)
    {
        var place = Path.GetFullPath(folder ?? DataFolder.Downloaded(set.Name));
        var there = set.In(place);
        if (there.Count == set.Files.Count)
        {
            Console.WriteLine($"{set.Name}: {there.Count} files are in {place}");
            Console.WriteLine($"In a notebook: var train = NamedEntities.Train(\"{(folder is null ? set.Name : place)}\");");
            return 0;
        }
        var missing = there.Count == 0 ? "" : $" There are {string.Join(", ", there)}; missing is {string.Join(", ", set.Files.Except(there))}.";
        return DataCommand.Fail(
            $"{set.Name} cannot be fetched: its licence lets only its owners hand it out.{missing} What to do:{Environment.NewLine}{set.HowTo(place)}");
    }

    private static async Task<int> RunAsync(RealSet set, string? folder, CancellationToken cancel)
    {
        var place = Path.GetFullPath(folder ?? DataFolder.Downloaded(set.Name));
        using var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15), AutomaticDecompression = DecompressionMethods.None };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("lab-kit");
        try
        {
            await DataCommand.Bars().StartAsync(async context =>
            {
                var bars = set.Files.ToDictionary(file => file.Name, file => context.AddTask(file.Name, maxValue: file.Bytes));
                await new Downloader(client).GetAsync(
                    set, place, new DataCommand.AtOnce<DownloadProgress>(step => bars[step.File].Value = step.Received), cancel);
            });
            if (set.Unpacked is not null)
                Console.WriteLine(Archive.Unpack(set, place) ? $"Unpacked to {Path.Combine(place, set.Unpacked)}." : $"{Path.Combine(place, set.Unpacked)} is there already.");
        }
        catch (InvalidDataException failed)
        {
            return DataCommand.Fail(failed.Message);
        }
        catch (DownloadException failed)
        {
            return DataCommand.Fail(failed.Message);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            return DataCommand.Fail($"cannot write to {place}: {failed.Message}");
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return DataCommand.Fail($"stopped. What came is kept in {place}; the same command goes on from there.");
        }
        Console.WriteLine($"{set.Name}: {set.Files.Count} files, {set.Bytes:N0} bytes, checksums right, in {place}");
        var where = folder is null && set.Unpacked is null ? set.Name : place.Replace('\\', '/');
        Console.WriteLine($"In a notebook: {set.Usage.Replace("{0}", where, StringComparison.Ordinal)}");
        return 0;
    }
}
