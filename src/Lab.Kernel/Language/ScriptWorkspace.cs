using Lab.Notebooks.Displays;
using Lab.Notebooks.Sessions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Host.Mef;
using Microsoft.CodeAnalysis.Text;

namespace Lab.Kernel.Language;

/// <summary>What Roslyn's editor services need to understand a cell: each submission that has run, as a project on the one before.</summary>
internal sealed class ScriptWorkspace : IDisposable
{
    private readonly AdhocWorkspace workspace = new(MefHostServices.DefaultHost);
    private readonly ScriptSessionOptions settings;
    private readonly CSharpCompilationOptions options;
    private readonly IReadOnlyList<MetadataReference> references;
    private Solution chain;
    private ProjectId? last;
    private int known;

    public ScriptWorkspace(ScriptSessionOptions settings)
    {
        this.settings = settings;
        references = [.. FrameworkReferences.Find(), ReferenceResolver.Of(typeof(DisplayExtensions).Assembly.Location)];
        options = new(
            OutputKind.DynamicallyLinkedLibrary,
            metadataReferenceResolver: new ReferenceResolver(settings.BaseDirectory),
            assemblyIdentityComparer: DesktopAssemblyIdentityComparer.Default,
            allowUnsafe: true);
        chain = workspace.CurrentSolution;
    }

    /// <summary>A document with the code of a cell that has not run, after all that have.</summary>
    /// <param name="code">The cell's C#.</param>
    /// <param name="submissions">What has run.</param>
    public async Task<Document> OpenAsync(string code, IReadOnlyList<Submission> submissions)
    {
        foreach (var submission in submissions.Skip(known))
            (chain, last, _) = Add(submission.Code, submission.Name);
        known = submissions.Count;
        var (solution, _, document) = Add(code, "");
        var opened = solution.GetDocument(document)!;
        // Completion takes what is compiled already, and would otherwise find nothing of what has run.
        await opened.Project.GetCompilationAsync();
        return opened;
    }

    public void Dispose() => workspace.Dispose();

    private (Solution Solution, ProjectId Project, DocumentId Document) Add(string code, string name)
    {
        var project = ProjectId.CreateNewId();
        var document = DocumentId.CreateNewId(project);
        string[] imports = [.. settings.Imports, typeof(DisplayExtensions).FullName!];
        var info = ProjectInfo.Create(
            project, VersionStamp.Create(), $"submission{known}", $"submission-{project.Id:N}", LanguageNames.CSharp,
            compilationOptions: last is null ? options.WithUsings(imports) : options,
            parseOptions: ScriptEngine.ParseOptions,
            projectReferences: last is null ? [] : [new ProjectReference(last)],
            metadataReferences: references,
            isSubmission: true);
        // Each under a path of its own: Roslyn takes documents of one path for one file, and offers only what all of them know.
        var folder = Path.IsPathRooted(name) ? Path.GetDirectoryName(name)! : settings.BaseDirectory;
        var file = Path.Combine(folder, $"submission-{project.Id:N}.csx");
        var text = DocumentInfo.Create(
            document, Path.GetFileName(file), sourceCodeKind: SourceCodeKind.Script, filePath: file,
            loader: TextLoader.From(TextAndVersion.Create(SourceText.From(code), VersionStamp.Create())));
        return (chain.AddProject(info).AddDocument(text), project, document);
    }
}
