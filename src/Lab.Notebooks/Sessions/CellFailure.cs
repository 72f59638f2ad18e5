namespace Lab.Notebooks.Sessions;

/// <summary>Carries a cell's error out of the engine, through nested imports.</summary>
internal sealed class CellFailure(CellError error) : Exception(error.Message)
{
    public CellError Error { get; } = error;
}
