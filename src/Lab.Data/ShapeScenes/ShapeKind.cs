namespace Lab.Data.ShapeScenes;

/// <summary>The outline of an object; the first five are classes, with their number.</summary>
internal enum ShapeKind
{
    Circle = 1,
    Square = 2,
    Triangle = 3,
    Star = 4,
    Ring = 5,

    /// <summary>Many small circles, annotated as one crowd.</summary>
    Heap = 6,
}
