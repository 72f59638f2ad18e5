namespace Lab.Data.Entities;

/// <summary>The names that sentences of <c>data/ner</c> are filled with. In training only the first two thirds of each list come.</summary>
/// <remarks>Many are in two lists on purpose: Jordan the man and the country, Paris the city and the woman, Chelsea the club and the part of London.</remarks>
internal static class EntityNames
{
    public static IReadOnlyDictionary<string, string[]> Lists { get; } = new Dictionary<string, string[]>
    {
        ["first"] = Split("""
            Anna, Maria, Peter, Paul, Mary, John, Elena, Jordan, Paris, Victoria, Florence, Austin, Sofia, George, Chelsea, Amara, Kenji,
            Olga, Ivan, Lucia, Pedro, Ahmed, Fatima, Ingrid, Bjorn, Chloe, Hugo, Nadia, Omar, Priya, Arjun, Mei, Wei, Yuki, Carlos,
            Beatriz, Tomas, Katya, Liam, Aisha, Sydney, Charlotte, Lorenzo, Dakota, Rosa, Niels, Zoe, Emre, Leila, Kofi, Adwoa, Ravi,
            Sanna, Mateo, Helga, Igor, Brooklyn, Carmen, Dmitri, Eun
            """),
        ["last"] = Split("""
            Smith, Garcia, Jordan, Washington, Lincoln, Keller, Rossi, Novak, Tanaka, Okafor, Hansen, Petrov, Silva, Costa, Ali, Khan,
            Berg, Stone, Rivers, Banks, Church, Field, Hilton, Ford, Bell, Boeing, Siemens, Baker, Fischer, Moreau, Dubois, Lindqvist,
            Kowalski, Horvat, Papadopoulos, Yilmaz, Nguyen, Kim, Park, Lee, Chen, Singh, Mensah, Diallo, Haddad, Cohen, Weber, Wood,
            London, Houston, Jackson, Austen, Ferrari, Benz, Nakamura, Ivanova, Santos, Otieno, Larsen, Murphy
            """),
        ["city"] = Split("""
            London, Paris, New York, Lisbon, Rome, Berlin, Jordan Valley, San Francisco, Washington, Lincoln, Houston, Sydney, Florence, Austin,
            Kyoto, Lagos, Cairo, Los Angeles, Rio de Janeiro, Santa Fe, Oslo, Madrid, Mumbai, New Delhi, Cape Town, Nairobi, Warsaw, Prague,
            Ho Chi Minh City, Sofia, Dakar, Lima, Quito, Hanoi, Bern, Victoria, Charlotte, Salt Lake City, Newcastle upon Tyne, Le Havre,
            Accra, Bogota, Ankara, Jackson, Buenos Aires, Addis Ababa, Chelsea, Brooklyn
            """),
        ["country"] = Split("""
            Jordan, France, Japan, Georgia, Chad, Turkey, China, India, Norway, Brazil, South Africa, New Zealand, Costa Rica, Spain, Italy,
            Kenya, Peru, Sri Lanka, Papua New Guinea, Ghana, Poland, Vietnam, Cuba, Sierra Leone, Mali, the Netherlands, Burkina Faso, Greece
            """),
        ["place"] = Split("""
            Lake Victoria, the River Jordan, Mount Etna, the Thames, Hyde Park, the Gulf of Mexico, Wall Street, the Black Sea, Central Park,
            the Cape of Good Hope, Mount Washington, the Nile, the Bay of Bengal, Lake Titicaca, Fifth Avenue, the Sahara
            """),
        ["company"] = Split("""
            Siemens, Ford, Boeing, Toyota, Nokia, Bell Labs, Ferrari, Procter and Gamble, Bank of England, Reuters, Orange, Apple, Shell, Visa,
            Delta, Marks and Spencer, Hilton, Johnson and Johnson, Deutsche Bank, Air France, Standard Oil, Virgin, Target, Gap,
            Ernst and Young, Smith and Sons, Banco Santander, Amazon, Baker Brothers, Texas Instruments
            """),
        ["club"] = Split("""
            Chelsea, Arsenal, Real Madrid, Ajax, Bayern Munich, Juventus, Newcastle United, Inter Milan, Boca Juniors, Sydney FC, Houston Rockets,
            Barcelona, Porto, Washington Wizards, Roma, Santos, Charlotte Hornets, New York Yankees
            """),
        ["party"] = Split("Labour, the Greens, Congress, the Senate, Parliament, the Supreme Court, Unesco, the Red Cross, NATO, the World Bank, the House of Lords, the Royal Society"),
        ["nation"] = Split("""
            French, German, Japanese, Turkish, Polish, Swiss, Dutch, Chinese, Georgian, Indian, Kenyan, Brazilian, South African, Danish,
            Greek, Irish, Peruvian, Sri Lankan, Welsh, Cuban
            """),
        ["event"] = Split("""
            World Cup, Olympic Games, Tour de France, Second World War, Nobel Prize, Boston Marathon, Battle of Waterloo, French Revolution,
            London Marathon, Treaty of Rome, Davis Cup, Paris Air Show, Cuban Missile Crisis, Vienna Congress
            """),
        ["work"] = Split("""
            War and Peace, Romeo and Juliet, Windows, The Bank, Guernica, Casablanca, Hamlet, An American in Paris, The Merchant of Venice,
            The Times Atlas, Death in Venice, Doctor Faustus, The Voyage Out, Chicago
            """),
        ["paper"] = Split("the New York Times, the Washington Post, Le Monde, The Guardian, the Boston Globe, Der Spiegel, the Times of India, the Sydney Morning Herald, the Irish Times"),
        ["job"] = Split("president, coach, doctor, minister, engineer, writer, mayor, professor, goalkeeper, director, lawyer, singer"),
        ["day"] = Split("yesterday, on Monday, on Friday, last week, in May, in March, this morning, in 1998, on Sunday, last April"),
        ["number"] = Split("two, three, 12, 40, 250, five, seven, 1200, nine, 65"),
    };

    private static string[] Split(string names) =>
        [.. names.ReplaceLineEndings(" ").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
}
