using System.CommandLine;
using System.Globalization;
using Lab.Data;
using Lab.Data.Sets;
using Spectre.Console;

namespace Lab.Cli;

/// <summary><c>lab data list</c>: every set that the kit knows, and where it lies.</summary>
internal static class DataListCommand
{
    public static Command Create()
    {
        var command = new Command("list", "List the data sets, and where each lies.");
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        var table = Terminal.Table("Name", "What", "Licence", "Size", "Where");
        table.Columns[0].NoWrap();
        table.Columns[3].NoWrap().RightAligned();
        foreach (var set in Catalog.Made)
            Add(set.Name, set.About, set.Licence, Size(DataFolder.Made(set.Name)), Where(DataFolder.Made(set.Name), $"lab data make {set.Name}"));
        foreach (var set in Catalog.Real)
            Add(set.Name, set.About, set.Licence, Megabytes(set.Bytes), Place(set));
        foreach (var set in Catalog.Licensed)
            Add(set.Name, set.About, set.Licence, Size(DataFolder.Downloaded(set.Name)), Where(DataFolder.Downloaded(set.Name), $"lab data get {set.Name}"));
        Terminal.Out.Write(table);
        return 0;

        void Add(params string[] cells) => table.AddRow([.. cells.Select(cell => new Text(cell))]);
    }

    private static string Place(RealSet set)
    {
        var folder = DataFolder.Downloaded(set.Name);
        var there = set.Files.Count(file => new FileInfo(Path.Combine(folder, file.Name)) is { Exists: true } info && info.Length == file.Bytes);
        var get = $"lab data get {set.Name}";
        return there == 0 || there == set.Files.Count
            ? Where(there == 0 ? "" : folder, get)
            : $"{there} of {set.Files.Count} files; go on: {get}";
    }

    private static string Where(string folder, string remedy) =>
        Directory.Exists(folder) ? Path.GetRelativePath(Environment.CurrentDirectory, folder) : $"not there: {remedy}";

    private static string Size(string folder) =>
        Directory.Exists(folder) ? Megabytes(new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)) : "";

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");
}
