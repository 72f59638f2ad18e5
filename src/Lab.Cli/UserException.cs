namespace Lab.Cli;

/// <summary>Bad input from the person at the keyboard: shown as one line, exit code 2.</summary>
/// <param name="message">What was wrong, what was wanted, what was got.</param>
internal sealed class UserException(string message) : Exception(message);
