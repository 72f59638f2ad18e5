namespace Lab.Grading.Labs;

/// <summary>A lab is not as it must be: its message names the file, the place in it, and what was wanted.</summary>
public sealed class LabException : Exception
{
    /// <param name="file">The file that is wrong.</param>
    /// <param name="place">The place in it, as a JSON path; empty for the whole file.</param>
    /// <param name="problem">What is wrong, and what was wanted.</param>
    /// <param name="inner">What brought it to light.</param>
    public LabException(string file, string place, string problem, Exception? inner = null)
        : base($"{file}{(place.Length > 0 ? ", " + place : "")}: {problem}", inner)
    {
        File = file;
        Place = place;
    }

    /// <summary>The file that is wrong.</summary>
    public string File { get; }

    /// <summary>The place in it, as a JSON path: <c>$.exercises[0].laws[2].points</c>.</summary>
    public string Place { get; }
}
