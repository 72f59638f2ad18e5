using System.Globalization;

namespace Lab.Data.Dates;

/// <summary>The ways in which people write a date, as far as the set has them.</summary>
/// <remarks>
/// Each can be read in one way only: slashes have the month first, dots and hyphens the day; years of two digits are 1950 to
/// 2049. A model that knows the rules can get every one right.
/// </remarks>
internal static class DateFormats
{
    private static readonly string[] months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    private static readonly string[] days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    private static readonly string[] romans = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"];

    /// <summary>Every format, as a function of the date.</summary>
    public static IReadOnlyList<Func<DateOnly, string>> All { get; } =
    [
        d => $"{d.Day} {Month(d)} {d.Year}",
        d => $"{d.Day} {Short(d)} {d.Year}",
        d => $"{Month(d)} {d.Day}, {d.Year}",
        d => $"{Short(d)} {d.Day}, {d.Year}",
        d => $"{Ordinal(d)} of {Month(d)} {d.Year}",
        d => $"{Month(d)} {Ordinal(d)}, {d.Year}",
        d => $"{Month(d)} the {Ordinal(d)}, {d.Year}",
        d => $"{Weekday(d)}, {d.Day} {Month(d)} {d.Year}",
        d => $"{Weekday(d)}, {Month(d)} {d.Day}, {d.Year}",
        d => $"{Weekday(d)[..3]} {d.Day} {Short(d)} {d.Year}",
        d => $"{d.Day}-{Short(d)}-{d.Year}",
        d => $"{d.Day}. {Roman(d)}. {d.Year}",
        d => $"{d.Day}.{d.Month}.{d.Year}",
        d => $"{Two(d.Day)}.{Two(d.Month)}.{d.Year}",
        d => $"{Two(d.Day)}.{Two(d.Month)}.{Two(d.Year % 100)}",
        d => $"{d.Month}/{d.Day}/{d.Year}",
        d => $"{Two(d.Month)}/{Two(d.Day)}/{Two(d.Year % 100)}",
        d => $"{Two(d.Day)}-{Two(d.Month)}-{d.Year}",
        d => $"{d.Day} {Short(d)} '{Two(d.Year % 100)}",
        d => $"{Month(d)[..3].ToUpperInvariant()} {d.Day} {d.Year}",
    ];

    private static string Month(DateOnly date) => months[date.Month - 1];

    private static string Short(DateOnly date) => months[date.Month - 1][..3];

    private static string Roman(DateOnly date) => romans[date.Month - 1];

    private static string Weekday(DateOnly date) => days[(int)date.DayOfWeek];

    private static string Two(int number) => number.ToString("00", CultureInfo.InvariantCulture);

    private static string Ordinal(DateOnly date) => (date.Day % 10, date.Day / 10) switch
    {
        (1, not 1) => $"{date.Day}st",
        (2, not 1) => $"{date.Day}nd",
        (3, not 1) => $"{date.Day}rd",
        _ => $"{date.Day}th",
    };
}
