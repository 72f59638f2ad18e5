using Lab.Plots.Sources;

namespace Lab.Plots.Tests;

public sealed class ListingTests
{
    private const string Fixture = """"
        using System;
        using static System.Math;

        namespace Some.Place;

        /// <summary>A type.</summary>
        [Obsolete("brace } in an attribute")]
        public static partial class Loss
        {
            private const string Braces = "{ \" }";

            /// <summary>Doc of Nested.</summary>
            [Obsolete("[")]
            public static int Nested(string text = "}{", char c = '}')
            {
                // a brace in a comment: }
                /* and } here */
                var s = $"{(text is { Length: > 0 } ? $"}}{text}" : "}")}" + @"\" + """raw } " }""" + $$"""{{{text}} }""";
                if (s.Length > 0) { return 1; }
                return Inner();

                int Inner() { return 2; }
            }

            public static double Arrow(double x) =>
                x switch
                {
                    > 0 => Exp(x),
                    _ => 0,
                };

            public static (int A, int B) Twice(int x) => (x, x);

            public static double Twice(double x) => 2 * x;

            public static Func<int, (int, int)> Factory<T>() where T : class, new() => x => { return (x, x); };

            public static int Property { get; set; } = 5;

            // A comment of its own.

            public static int[] Field = [1, 2, 3], Other = null;

            public static bool operator ==(Loss a, Loss b) { return true; }

            public record Pair(int A, int B);

            public enum Kind { One, Two }

            public static void Last() { }
        }

        public interface IAfter
        {
            int Get();
        }
        """";

    private static string Code(string name, bool docs = false)
    {
        var found = Declarations.Of(Fixture).First(d => d.Name == name);
        return Fixture[(docs ? found.DocStart : found.Start)..found.End];
    }

    [Fact]
    public void Every_declaration_is_found_once_and_in_order() => Assert.Equal(
        ["Braces", "Nested", "Arrow", "Twice", "Twice", "Factory", "Property", "Field", "==", "Pair", "Kind", "Last", "Loss", "Get", "IAfter"],
        Declarations.Of(Fixture).Select(d => d.Name));

    [Fact]
    public void A_body_ends_at_its_own_brace_whatever_strings_and_comments_hold()
    {
        var code = Code("Nested");
        Assert.StartsWith("[Obsolete(\"[\")]", code, StringComparison.Ordinal);
        Assert.EndsWith("int Inner() { return 2; }\n    }", code, StringComparison.Ordinal);
    }

    [Fact]
    public void An_expression_body_ends_at_its_semicolon()
    {
        Assert.EndsWith("};", Code("Arrow"), StringComparison.Ordinal);
        Assert.EndsWith("return (x, x); };", Code("Factory"), StringComparison.Ordinal);
        Assert.EndsWith("= 5;", Code("Property"), StringComparison.Ordinal);
    }

    [Fact]
    public void Comments_come_along_when_asked_for()
    {
        Assert.StartsWith("/// <summary>Doc of Nested.", Code("Nested", docs: true), StringComparison.Ordinal);
        Assert.StartsWith("public static int[]", Code("Field", docs: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Declarations_know_their_namespace_and_types()
    {
        var pair = Declarations.Of(Fixture).Single(d => d.Name == "Pair");
        Assert.Equal("Some.Place", pair.Namespace);
        Assert.Equal(["Loss"], pair.Types);
    }

    [Fact]
    public void A_member_of_the_kit_is_shown_from_its_file()
    {
        var listing = Listing.Of(typeof(Plot), nameof(Plot.Lines));
        Assert.Equal("src/Lab.Plots/Plot.Lines.cs", listing.Path);
        Assert.StartsWith("public static Figure Lines(\n    IReadOnlyList<Series> series", listing.Code, StringComparison.Ordinal);
        Assert.EndsWith("\n}", listing.Code, StringComparison.Ordinal);
        Assert.StartsWith("// src/Lab.Plots/Plot.Lines.cs\npublic static", listing.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("/// <summary>", Listing.Of(typeof(Plot), nameof(Plot.Lines), docs: true).Code, StringComparison.Ordinal);
    }

    [Fact]
    public void Types_overloads_and_paths_can_be_shown()
    {
        Assert.StartsWith("public sealed record Note(", Listing.Of<Note>().Code, StringComparison.Ordinal);
        Assert.Single(Overloads(all: false));
        Assert.Equal(3, Overloads(all: true).Count());

        static IEnumerable<string> Overloads(bool all) => Listing.Of<Listing>(nameof(Listing.Of), allOverloads: all).Code.Split('\n')
            .Where(line => line.StartsWith("public static Listing Of", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_not_there_is_said_in_words()
    {
        Assert.Contains("Lab.Plots.Note.Nowhere", Assert.Throws<ArgumentException>(() => Listing.Of<Note>("Nowhere")).Message, StringComparison.Ordinal);
        Assert.Contains("declares no Nowhere; it declares", Assert.Throws<ArgumentException>(
            () => Listing.Of("src/Lab.Plots/Guide.cs", "Nowhere")).Message, StringComparison.Ordinal);
        Assert.Throws<FileNotFoundException>(() => Listing.Of("src/Nowhere.cs", "Nowhere"));
    }

    [Fact]
    public void Html_is_escaped_and_coloured()
    {
        var html = Listing.Of(typeof(Plot), "NotEmpty").ToHtml();
        Assert.Contains("IReadOnlyCollection&lt;T&gt;", html, StringComparison.Ordinal);
        Assert.Contains("<span style=\"color:#0b49a8\">private</span>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_file_of_the_kit_is_walked_to_its_end()
    {
        var root = Path.Combine(Lab.Shared.Repository.Root, "src");
        foreach (var file in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            var source = File.ReadAllText(file);
            foreach (var found in Declarations.Of(source))
                Assert.True(source[found.End - 1] is '}' or ';', $"{file}: {found.Name} ends in '{source[found.End - 1]}'");
        }
    }
}
