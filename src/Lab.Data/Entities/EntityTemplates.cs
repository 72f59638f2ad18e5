namespace Lab.Data.Entities;

/// <summary>The sentences of <c>data/ner</c>: as written, and with slots for names.</summary>
/// <remarks>
/// <c>[PER Anna Smith]</c> is an entity. <c>{city}</c> is a name from that list, <c>{PER}</c>, <c>{LOC}</c>, <c>{ORG}</c> and
/// <c>{MISC}</c> an entity of any make. A name within brackets is nested, and has no label of its own: the outermost counts.
/// </remarks>
internal static class EntityTemplates
{
    /// <summary>Sentences with slots.</summary>
    public static IReadOnlyList<string> Slots { get; } = Lines("""
        {PER} visits {LOC} .
        {PER} was born in {LOC} and died in {LOC} .
        {PER} , {job} of {ORG} , met {PER} {day} .
        The {job} of {ORG} , {PER} , resigned {day} .
        {ORG} opened an office in {LOC} {day} .
        {ORG} bought {ORG} for {number} million dollars .
        Shares of {ORG} fell {day} after {PER} left .
        "We will not sell , " said {PER} of {ORG} .
        {PER} told [ORG {paper}] that {ORG} would close its plant in {LOC} .
        Flights from {LOC} to {LOC} were cancelled {day} .
        {LOC} and {LOC} signed a treaty {day} .
        {LOC} beat {LOC} by {number} goals in the [MISC {event}] .
        [ORG {club}] beat [ORG {club}] in [LOC {city}] {day} .
        [ORG {club}] signed the [MISC {nation}] {job} {PER} .
        Fans of [ORG {club}] sang in the streets of [LOC {city}] .
        The [MISC {nation}] {job} {PER} lives in {LOC} .
        A [MISC {nation}] firm , {ORG} , will build the bridge in {LOC} .
        [MISC {nation}] farmers sold wheat to {LOC} {day} .
        {PER} studied law at the [ORG University of {city}] .
        The [ORG University of {city}] gave a prize to {PER} .
        The [ORG Bank of {country}] raised rates {day} .
        The [ORG {city} Stock Exchange] closed early {day} .
        The [ORG {city} Symphony Orchestra] played in {LOC} .
        The [ORG {country} Football Association] dismissed {PER} .
        [ORG {last} and {last}] hired {number} lawyers in {LOC} .
        [ORG {last} Brothers] and {ORG} merged {day} .
        The [ORG {first} {last} Foundation] helped {number} schools in {LOC} .
        [LOC {last} Street] was closed {day} .
        The train stops at [LOC {city} Central Station] .
        She flew to [LOC {last} Airport] {day} .
        {PER} won the [MISC {event}] in {LOC} .
        The [MISC {event}] began in {LOC} {day} .
        After the [MISC {event}] , {PER} returned to {LOC} .
        {PER} read [MISC {work}] in {number} days .
        [MISC {work}] was shown in {LOC} {day} .
        {PER} wrote [MISC {work}] while in {LOC} .
        The [MISC {city} Agreement] was signed by {PER} .
        [ORG {party}] voted against the plan of {PER} .
        {PER} asked [ORG {party}] to help {LOC} .
        Mr [PER {last}] of [ORG {company}] spoke first .
        Mrs {PER} and Mr {PER} live near {LOC} .
        Dr {PER} works for {ORG} in {LOC} .
        President {PER} arrived in {LOC} {day} .
        Saint {PER} is not a city , but {LOC} is .
        {PER} , {PER} and {PER} founded {ORG} .
        {LOC} , {LOC} and {LOC} sent aid .
        Rain is expected in {LOC} , snow in {LOC} .
        {LOC} {day} : {ORG} said it would pay .
        {PER} ran for [ORG {club}] and later for [ORG {club}] .
        The {job} of {ORG} did not answer .
        No one from {ORG} or [ORG {party}] was hurt .
        The road from {LOC} to {LOC} is {number} miles long .
        In {LOC} , people drink tea .
        A ship with {number} people sank near {LOC} .
        Prices rose {day} , and the bank was closed .
        The bank of the river was dry {day} .
        The apple fell far from the tree in the field .
        Orange is the colour that {PER} likes .
        May and April are months ; {PER} was here in both .
        {PER} saw the church in {LOC} {day} .
        Visa rules for {LOC} changed {day} .
        She had stone in her shoe and {number} miles to go .
        Delta after delta , the rivers of {LOC} reach the sea .
        The target was missed by {number} days .
        A new park opened near the wood in {LOC} .
        The president of {LOC} met the president of {ORG} .
        [ORG {paper}] wrote that {PER} had left {LOC} .
        {PER} 's brother works at {ORG} 's plant in {LOC} .
        {ORG} 's {job} , {PER} , is [MISC {nation}] .
        The [MISC {nation}] team of {ORG} won in {LOC} .
        From {LOC} , {PER} wrote to {PER} {day} .
        {PER} ( {ORG} ) beat {PER} ( {ORG} ) {day} .
        1. {PER} , {LOC} , {number} points
        {LOC} : {PER} , {PER}
        """);

    /// <summary>Sentences as they are, many of them with traps.</summary>
    public static IReadOnlyList<string> Fixed { get; } = Lines("""
        [PER Jordan] flew from [LOC Amman] , the capital of [LOC Jordan] , to [LOC Georgia] .
        [PER Georgia Banks] banks with the [ORG Bank of Georgia] .
        [PER Paris Hilton] stayed at the [ORG Hilton] in [LOC Paris] .
        [PER Washington] crossed the [LOC Delaware] long before [LOC Washington] was built .
        [LOC Washington] said on Friday that it would talk to [LOC Beijing] .
        The [ORG Washington Post] is read in [LOC Washington] .
        [ORG Chelsea] plays in [LOC Chelsea] , and [PER Chelsea] sings .
        [PER Florence] has never been to [LOC Florence] .
        [PER Victoria] swam in [LOC Lake Victoria] near [LOC Victoria Falls] .
        [PER Austin] was born in [LOC Austin] and drives an old [MISC Austin] .
        [PER Henry Ford] founded [ORG Ford] ; his [MISC Ford Model T] was sold everywhere .
        [ORG Ford] paid [PER Ford] .
        [ORG Apple] sells computers ; an apple a day keeps the doctor away .
        The [ORG New York Times] has its office in [LOC New York] on [LOC Eighth Avenue] .
        New prices in [LOC York] are not prices in [LOC New York] .
        The new [ORG York University] is old by now .
        [LOC New Zealand] has a new prime minister .
        [ORG Bank of England] officials walked along the bank of the [LOC Thames] .
        In [LOC England] the bank was closed .
        [PER Will] will go , and [PER May] may stay .
        [PER Mark] left a mark on the wall of [PER Rose] , and a rose .
        In May [PER May] resigned .
        [PER April] arrives in April .
        The [MISC Treaty of Paris] was not signed in [LOC Rome] .
        [PER Saint Paul] wrote letters ; [LOC Saint Paul] is a city in [LOC Minnesota] .
        [ORG Johnson and Johnson] is not owned by [PER Johnson] and [PER Johnson] .
        [PER Smith] and [PER Wesson] shook hands at [ORG Smith and Wesson] .
        [ORG Marks and Spencer] sells socks to [PER Mark Spencer] .
        The [ORG London School of Economics] is in [LOC London] , where [PER Jack London] never studied .
        [PER Jack London] wrote [MISC The Call of the Wild] .
        The [MISC Battle of Hastings] was fought near [LOC Hastings] .
        [PER Reed Hastings] never fought there .
        The [LOC Gulf of Mexico] touches [LOC Mexico] , and [LOC New Mexico] touches no gulf .
        [LOC West Virginia] lies west of [LOC Virginia] ; [PER Virginia West] lives in neither .
        [LOC South Korea] and [LOC North Korea] talked ; the north of [LOC Italy] listened .
        [MISC North Korean] officials met [MISC Italian] ones .
        [PER Van Gogh] was [MISC Dutch] and painted in [LOC Arles] .
        [PER Ludwig van Beethoven] came from [LOC Bonn] .
        A van stood in front of the house of [PER Beethoven] .
        [PER Leonardo da Vinci] was born in [LOC Vinci] .
        [ORG Real Madrid] is really from [LOC Madrid] .
        [ORG Inter Milan] and [ORG AC Milan] share [LOC San Siro] in [LOC Milan] .
        [ORG Ajax] won ; [PER Ajax] , in [MISC the Iliad] , lost .
        The [ORG University of Washington] is in [LOC Seattle] , the [ORG Washington University] in [LOC St Louis] .
        [PER Martin Luther King] was named after [PER Martin Luther] .
        The king spoke to [PER King] .
        [LOC Martin Luther King Boulevard] was closed .
        [ORG The Martin Luther King Center] opened in [LOC Atlanta] .
        The [MISC King James Bible] is older than [PER LeBron James] .
        [LOC Turkey] exports turkey .
        [LOC China] sells china to [LOC Chile] , which sells no chili .
        A [MISC Swiss] bank , [ORG Credit Suisse] , was bought by a [MISC Swiss] bank , [ORG UBS] .
        They speak [MISC Polish] in [LOC Poland] and polish their shoes .
        [MISC French] fries are not [MISC French] , said the [MISC Belgian] cook .
        [PER French] taught [MISC German] .
        [PER German Garcia] is [MISC Spanish] .
        [PER Israel Kamakawiwo] sang in [LOC Hawaii] , not in [LOC Israel] .
        [PER Chad] has been to [LOC Chad] .
        [PER Sydney] moved to [LOC Melbourne] , and [PER Melbourne] to [LOC Sydney] .
        [LOC Lincoln] is the capital of [LOC Nebraska] ; [PER Lincoln] freed the slaves .
        The [LOC Lincoln Memorial] honours [PER Lincoln] , who never drove a [MISC Lincoln] .
        [LOC Lincoln Center] is home to the [ORG New York Philharmonic] .
        [ORG Standard and Poor] rated the poor standard of the report .
        [ORG The Who] asked who was there .
        [ORG The Band] is a band .
        The [ORG World Health Organization] met in [LOC Geneva] about the health of the world .
        [ORG WHO] said so .
        The [ORG United Nations] united no nations that day .
        [ORG Nations United] lost to [ORG Manchester United] .
        [LOC Manchester] was united in joy .
        [ORG United] cancelled its flight to [LOC Manchester] .
        [PER Delta Burke] flew with [ORG Delta] .
        The delta of the [LOC Nile] is a delta .
        [ORG Amazon] delivers along the [LOC Amazon] .
        [ORG Shell] found oil ; she found a shell .
        [PER Shell Berg] found neither .
        [ORG Gap] closed the gap .
        [ORG Orange] bought [LOC Orange] nothing .
        [LOC Orange County] voted [MISC Republican] .
        [ORG Target] hit its target .
        [ORG Virgin] sold [ORG Virgin Records] .
        [LOC Virgin Islands] beaches are clean .
        [ORG Reuters] , [LOC London] : prices fell .
        [LOC LONDON] , May 5 ( [ORG Reuters] ) : prices rose .
        [LOC ZURICH] [PER Anna Keller] wins .
        [LOC ROME] [ORG Lazio] sold to [ORG Roma] .
        [PER ANNA SMITH] DIES IN [LOC PARIS] .
        [PER anna smith] lives in [LOC paris] , she typed .
        [PER Anna Smith] [LOC Berlin] was written on the card .
        Results : [PER Anna Smith] [LOC Norway] 1 , [PER Pedro Costa] [LOC Brazil] 2 .
        [PER O'Brien] met [PER D'Angelo] in [LOC Coeur d'Alene] .
        [PER J. R. R. Tolkien] wrote [MISC The Hobbit] in [LOC Oxford] .
        [PER Kim] of [LOC Korea] is not [PER Kim Lee] of [ORG Kim and Lee] .
        [ORG Lee] jeans were worn by [PER Lee] .
        [MISC Windows] runs on computers ; windows break .
        [MISC Chicago] was played in [LOC Chicago] by [ORG Chicago] .
        [MISC Hamlet] is about [PER Hamlet] , who lives in no hamlet .
        [MISC An American in Paris] is no [MISC American] in [LOC Paris] .
        [MISC The Merchant of Venice] was never in [LOC Venice , California] .
        [LOC Paris , Texas] is not in [LOC France] , and neither is [MISC Paris , Texas] , the film .
        The [ORG Supreme Court of India] heard [PER Singh] against [LOC India] .
        The [ORG Ministry of Foreign Affairs of Japan] wrote to [LOC Japan] 's neighbours .
        [PER Pope Francis] went to [LOC San Francisco] .
        [LOC San Francisco] is named after [PER Saint Francis] of [LOC Assisi] .
        [ORG San Francisco Giants] fans are not giants .
        [PER Trump] left [LOC Trump Tower] .
        [PER Elizabeth II] sailed on the [MISC Queen Elizabeth 2] .
        [LOC Elizabeth Street] crosses [LOC Queen Street] .
        The queen met the queen of [LOC Denmark] .
        Nobody was named .
        It rained all day and all night .
        The Friday of that week was a holiday .
        Monday is the day that nobody likes .
        I am here , and you are there .
        The engine , once started , did not stop .
        What a day !
        """);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
