namespace Lab.Grading.Classes;

/// <summary>What an instructor asked for makes no sense: the message says what was wrong, what was wanted and what was got.</summary>
/// <param name="message">The sentence to show.</param>
/// <param name="inner">What brought it to light.</param>
public sealed class GradingException(string message, Exception? inner = null) : Exception(message, inner);
