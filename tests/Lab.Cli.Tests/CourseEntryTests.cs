using Lab.Cli.Course;
using Lab.Shared;

namespace Lab.Cli.Tests;

public sealed class CourseEntryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lab-kit-test-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Reads_title_minutes_and_sections_from_the_notebook_itself()
    {
        Write("02-b.ipynb", """
            {
              "nbformat": 4,
              "metadata": { "lab": { "minutes": 40 } },
              "cells": [
                { "cell_type": "markdown", "source": ["# Softmax\n", "Text.\n", "```bash\n", "## no heading\n", "```\n", "## Where it breaks\n"] },
                { "cell_type": "code", "source": "## no heading either" },
                { "cell_type": "markdown", "source": "## Temperature\n### Deeper\n#hash" }
              ]
            }
            """);
        Write("01-a.ipynb", """{ "nbformat": 4, "cells": [] }""");
        var entries = CourseEntry.Notebooks(folder);
        Assert.Equal(["01-a", "02-b"], entries.Select(entry => entry.Name));
        Assert.Equal(("Softmax", 40), (entries[1].Title, entries[1].Minutes));
        Assert.Equal(["Where it breaks", "Temperature"], entries[1].Sections);
        Assert.Equal(("01-a", null), (entries[0].Title, entries[0].Minutes));
    }

    [Theory]
    [InlineData("{ broken")]
    [InlineData("[]")]
    [InlineData("""{ "nbformat": 4 }""")]
    [InlineData("""{ "nbformat": 4, "cells": [ {} ] }""")]
    public void A_file_that_is_no_notebook_is_listed_as_such(string text)
    {
        Write("03-c.ipynb", text);
        Assert.StartsWith("03-c.ipynb is not a notebook", Assert.Single(CourseEntry.Notebooks(folder)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lab_is_a_folder_with_a_README()
    {
        Directory.CreateDirectory(Path.Combine(folder, "l01-softmax"));
        Directory.CreateDirectory(Path.Combine(folder, "shared"));
        Write(Path.Combine("l01-softmax", "README.md"), "# Write softmax\n\n## Task\n");
        var lab = Assert.Single(CourseEntry.Labs(folder));
        Assert.Equal(("l01-softmax", "Write softmax"), (lab.Name, lab.Title));
        Assert.Equal(["Task"], lab.Sections);
    }

    [Fact]
    public void A_course_without_the_folder_has_none_of_them()
    {
        Assert.Empty(CourseEntry.Notebooks(Path.Combine(folder, "none")));
        Assert.Empty(CourseEntry.Labs(Path.Combine(folder, "none")));
    }

    [Fact]
    public async Task Lab_list_shows_every_notebook_of_the_course_as_plain_text()
    {
        var notebooks = CourseEntry.Notebooks(Path.Combine(Repository.Root, "notebooks"));
        Assert.SkipWhen(notebooks.Count == 0, "The course has no notebooks yet.");
        var result = await LabProcess.Run(["list"]);
        Assert.Equal((0, ""), (result.Exit, result.Error));
        Assert.All(notebooks, notebook => Assert.Contains(notebook.Name, result.Output, StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', result.Output);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);
}
