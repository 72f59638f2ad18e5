namespace Lab.Grading.Compilation;

/// <summary>What to do about the compiler's commonest errors.</summary>
internal static class CompilerNotes
{
    private static readonly Dictionary<string, string> notes = new()
    {
        ["CS0019"] = "Look at the types on both sides of the operator.",
        ["CS0029"] = "A value of one type stands where another type is wanted.",
        ["CS0103"] = "Is it spelt as where it was declared, and declared before this line in the same block?",
        ["CS0106"] = "A method inside another method takes no such word: is a closing brace missing above?",
        ["CS0117"] = "Look up how the library spells it; tensor methods are lower case, such as x.sum(1).",
        ["CS0161"] = "Some way through the method ends without a return.",
        ["CS0165"] = "Give the variable a value on every way that leads here.",
        ["CS0227"] = "Labs need no unsafe code.",
        ["CS0234"] = "Labs are compiled against the framework, TorchSharp and what the lab's README names; nothing else can be referenced.",
        ["CS0246"] = "Is a using directive missing at the top, such as using static TorchSharp.torch; ?",
        ["CS0266"] = "Write the conversion, such as (int)x.shape[0]: sizes are long.",
        ["CS1002"] = "A semicolon is missing at the end of this line or of the one before.",
        ["CS1003"] = "Something is missing just before this place.",
        ["CS1061"] = "Look up how the library spells it; tensor methods are lower case, such as x.sum(1).",
        ["CS1501"] = "No version of the method takes so many arguments.",
        ["CS1503"] = "An argument has another type than the method wants: see which number it has.",
        ["CS1513"] = "Count the braces: one is opened and not closed.",
        ["CS1514"] = "A brace must open here.",
        ["CS1022"] = "There is one closing brace too many.",
        ["CS8803"] = "Code must stand inside a method of the class Lab.",
    };

    /// <summary>A sentence with a blank before it; empty where there is nothing to add.</summary>
    public static string For(string id) => notes.TryGetValue(id, out var note) ? " " + note : "";
}
