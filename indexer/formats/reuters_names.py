"""What the codes of Reuters-21578 mean: one name for each topic, place, person, organisation and exchange.

A code that is its own name in capitals (`el-salvador`, `palm-oil`) is not listed: `name_of` writes it out. People are
named as newspapers spell them, organisations by the acronym only where that is what everybody calls them.
"""

from __future__ import annotations

from collections.abc import Mapping


def _table(text: str) -> dict[str, str]:
    """`code Name; code Name; …` as a dictionary."""
    return {code: " ".join(name) for code, *name in (entry.split() for entry in text.split(";"))}


TOPICS: Mapping[str, str] = _table("""
    acq Mergers and acquisitions; alum Aluminium; austdlr Australian dollar; austral Argentine austral;
    bfr Belgian franc; bop Balance of payments; can Canadian dollar; carcass Meat carcasses; citruspulp Citrus pulp;
    cornglutenfeed Corn gluten feed; cpi Consumer price index; cpu Capacity utilisation; crude Crude oil;
    cruzado Brazilian cruzado; dfl Dutch guilder; dkr Danish krone; dlr U.S. dollar; dmk German mark;
    drachma Greek drachma; earn Earnings; escudo Portuguese escudo; f-cattle Feeder cattle; ffr French franc;
    fuel Fuel oil; gas Gasoline; gnp Gross national product; heat Heating oil; hk Hong Kong dollar; hog Hogs;
    housing Housing starts; income Personal income; instal-debt Consumer credit; interest Interest rates;
    ipi Industrial production; iron-steel Iron and steel; jet Jet fuel; jobs Employment; l-cattle Live cattle;
    lei Leading indicators; lin-meal Linseed meal; lin-oil Linseed oil; lit Italian lira; meal-feed Meal and feed;
    mexpeso Mexican peso; money-fx Foreign exchange; nat-gas Natural gas; nkr Norwegian krone;
    nzdlr New Zealand dollar; palmkernel Palm kernel; peseta Spanish peseta; pet-chem Petrochemicals;
    pork-belly Pork bellies; rand South African rand; rape-meal Rapeseed meal; rape-oil Rapeseed oil;
    retail Retail sales; ringgit Malaysian ringgit; rupiah Indonesian rupiah; saudriyal Saudi riyal; sfr Swiss franc;
    ship Shipping; singdlr Singapore dollar; skr Swedish krona; soy-meal Soybean meal; soy-oil Soybean oil;
    stg Sterling; strategic-metal Strategic metals; sun-meal Sunflower meal; sun-oil Sunflower oil;
    sunseed Sunflower seed; veg-oil Vegetable oil; wpi Wholesale price index; yen Japanese yen
""")

PLACES: Mapping[str, str] = _table("""
    guinea-bissau Guinea-Bissau; trinidad-tobago Trinidad and Tobago; uae United Arab Emirates; uk United Kingdom;
    us-virgin-islands U.S. Virgin Islands; usa United States; ussr Soviet Union; vatican Vatican City;
    yemen-arab-republic North Yemen; yemen-demo-republic South Yemen
""")

ORGANISATIONS: Mapping[str, str] = _table("""
    adb-africa African Development Bank; adb-asia Asian Development Bank;
    aibd Association of International Bond Dealers; aid Agency for International Development;
    anrpc Association of Natural Rubber Producing Countries; asean ASEAN; atpc Association of Tin Producing Countries;
    bis Bank for International Settlements; cipec Intergovernmental Council of Copper Exporting Countries;
    ec European Community; eca Economic Commission for Africa; ecafe Economic Commission for Asia and the Far East;
    ece Economic Commission for Europe; ecla Economic Commission for Latin America and the Caribbean;
    ecsc European Coal and Steel Community; ecwa Economic Commission for Western Asia;
    efta European Free Trade Association; eib European Investment Bank; emcf European Monetary Cooperation Fund;
    escap Economic and Social Commission for Asia and the Pacific; fao Food and Agriculture Organisation; gatt GATT;
    gcc Gulf Cooperation Council; iaea International Atomic Energy Agency;
    iata International Air Transport Association; icco International Cocoa Organisation;
    ico-coffee International Coffee Organisation; ico-islam Organisation of the Islamic Conference;
    ida International Development Association; iea International Energy Agency;
    iisi International Iron and Steel Institute; ilo International Labour Organisation;
    ilzsg International Lead and Zinc Study Group; imco Intergovernmental Maritime Consultative Organisation;
    imf International Monetary Fund; inro International Natural Rubber Organisation;
    irsg International Rubber Study Group; isa International Sugar Agreement; itc International Tin Council;
    iwc-whale International Whaling Commission; iwc-wheat International Wheat Council;
    iwcc International Wrought Copper Council; iws International Wool Secretariat;
    iwto International Wool Textile Organisation; lafta Latin American Free Trade Association;
    mfa Multi-Fibre Arrangement; oapec OAPEC; oecd OECD; opec OPEC; un United Nations; unctad UNCTAD;
    who World Health Organisation; worldbank World Bank
""")

EXCHANGES: Mapping[str, str] = _table("""
    amex American Stock Exchange; ase Amsterdam Stock Exchange; asx Australian Stock Exchange;
    biffex Baltic International Freight Futures Exchange; bse Brussels Stock Exchange;
    cboe Chicago Board Options Exchange; cbt Chicago Board of Trade; cme Chicago Mercantile Exchange;
    comex New York Commodity Exchange; cse Copenhagen Stock Exchange; fox London Futures and Options Exchange;
    fse Frankfurt Stock Exchange; hkse Hong Kong Stock Exchange; ipe International Petroleum Exchange;
    jse Johannesburg Stock Exchange; klce Kuala Lumpur Commodity Exchange; klse Kuala Lumpur Stock Exchange;
    liffe London International Financial Futures Exchange; lme London Metal Exchange; lse London Stock Exchange;
    mase Madrid Stock Exchange; mise Milan Stock Exchange; mnse Manila Stock Exchange; mose Montreal Stock Exchange;
    nasdaq Nasdaq; nyce New York Cotton Exchange; nycsce New York Coffee, Sugar and Cocoa Exchange;
    nymex New York Mercantile Exchange; nyse New York Stock Exchange; ose Oslo Stock Exchange;
    pse Paris Stock Exchange; set Securities Exchange of Thailand; simex Singapore International Monetary Exchange;
    sse Stock Exchange of Singapore; stse Stockholm Stock Exchange; tose Toronto Stock Exchange;
    tse Tokyo Stock Exchange; wce Winnipeg Commodity Exchange; zse Zurich Stock Exchange
""")

PEOPLE: Mapping[str, str] = _table("""
    abdel-hadi-kandeel Abdel-Hadi Kandeel; alfonsin Raul Alfonsin; alptemocin Ahmet Kurtcebe Alptemocin;
    amato Giuliano Amato; andersen Anders Andersen; andriessen Frans Andriessen; aqazadeh Gholamreza Aqazadeh;
    aquino Corazon Aquino; arafat Yasser Arafat; babangida Ibrahim Babangida; balladur Edouard Balladur;
    bangemann Martin Bangemann; barreto Alvaro Barreto; berge Gunnar Berge; beteta Ramon Beteta; blix Hans Blix;
    boesky Ivan Boesky; bond Alan Bond; botha P.W. Botha; bouey Gerald Bouey; braks Gerrit Braks;
    bresser-pereira Luiz Carlos Bresser Pereira; brodersohn Mario Brodersohn; brundtland Gro Harlem Brundtland;
    camdessus Michel Camdessus; carlsson Ingvar Carlsson; caro Manuel Romero Caro;
    castelo-branco Jose Hugo Castelo Branco; castro Fidel Castro; cavaco-silva Anibal Cavaco Silva;
    chaves Aureliano Chaves; chiang-ching-kuo Chiang Ching-kuo; chien Robert Chien; chirac Jacques Chirac;
    ciampi Carlo Azeglio Ciampi; colombo Emilio Colombo; conable Barber Conable; concepcion Jose Concepcion;
    corrigan Gerald Corrigan; cossiga Francesco Cossiga; crow John Crow; dadzie Kenneth Dadzie; dauster Jorio Dauster;
    de-clercq Willy De Clercq; de-kock Gerhard de Kock; de-korte Rudolf de Korte; de-la-madrid Miguel de la Madrid;
    de-larosiere Jacques de Larosiere; del-mazo Alfredo del Mazo; delamuraz Jean-Pascal Delamuraz;
    delors Jacques Delors; dementsev Viktor Dementsev; dennis Bengt Dennis; dhillon Gurdial Singh Dhillon;
    dominguez Carlos Dominguez; douglas Roger Douglas; du-plessis Barend du Plessis; duisenberg Wim Duisenberg;
    dunkel Arthur Dunkel; edelman Asher Edelman; enggaard Knud Enggaard; eser Guenter Eser; evren Kenan Evren;
    eyskens Mark Eyskens; feldt Kjell-Olof Feldt; fernandez Jose Fernandez; ferrari Cesar Ferrari;
    finnbogadottir Vigdis Finnbogadottir; friedman Milton Friedman; fujioka Masao Fujioka; gaddafi Muammar Gaddafi;
    gandhi Rajiv Gandhi; garcia Alan Garcia; gava Antonio Gava; godeaux Jean Godeaux; gonzalez Felipe Gonzalez;
    gorbachev Mikhail Gorbachev; goria Giovanni Goria; gostyev Boris Gostyev; graf Robert Graf;
    greenspan Alan Greenspan; gromyko Andrei Gromyko; grosz Karoly Grosz; guillaume Francois Guillaume;
    halikias Dimitris Halikias; hamad-saud-al-sayyari Hamad Saud al-Sayyari; hannibalsson Jon Baldvin Hannibalsson;
    haughey Charles Haughey; hawke Bob Hawke; herrington John Herrington; hillery Patrick Hillery;
    hoefner Ernst Hoefner; hoffmeyer Erik Hoffmeyer; holberg Britta Schall Holberg; holkeri Harri Holkeri;
    honecker Erich Honecker; hovmand Svend Erik Hovmand; husak Gustav Husak; icahn Carl Icahn;
    jaruzelski Wojciech Jaruzelski; jayme Vicente Jayme; johnston Bob Johnston; kaminsky Horst Kaminsky;
    kaufman Henry Kaufman; keating Paul Keating; khameini Ali Khamenei; khomeini Ruhollah Khomeini;
    kiechle Ignaz Kiechle; kohl Helmut Kohl; koivisto Mauno Koivisto; kondo Tetsuo Kondo; koren Stephan Koren;
    kullberg Rolf Kullberg; lacina Ferdinand Lacina; lange David Lange; languetin Pierre Languetin;
    lawson Nigel Lawson; lee-ta-hai Lee Ta-hai; lee-teng-hui Lee Teng-hui; leenanon Harn Leenanon;
    leigh-pemberton Robin Leigh-Pemberton; leitz Bruno Leitz; liikanen Erkki Liikanen; lubbers Ruud Lubbers;
    lukman Rilwanu Lukman; lyng Richard Lyng; machinea Jose Luis Machinea; macsharry Ray MacSharry;
    malhotra R.N. Malhotra; mancera-aguayo Miguel Mancera Aguayo; martens Wilfried Martens; martin Preston Martin;
    masse Marcel Masse; maxwell Robert Maxwell; maystadt Philippe Maystadt; medgyessy Peter Medgyessy;
    messner Zbigniew Messner; mikulic Branko Mikulic; milliet Fernando Milliet; mitterrand Francois Mitterrand;
    miyazawa Kiichi Miyazawa; mohammed-ahmed-al-razaz Mohammed Ahmed al-Razaz;
    mohammed-ali-abal-khail Mohammed Ali Abal-Khail; morales-bermudez Remigio Morales Bermudez;
    mousavi Mir-Hossein Mousavi; moyle Colin Moyle; mubarak Hosni Mubarak; mulroney Brian Mulroney;
    murdoch Rupert Murdoch; mustapha Youssri Mustapha; nakao Eiichi Nakao; nakasone Yasuhiro Nakasone;
    nasko Mohammed Gado Nasko; nemeth Karoly Nemeth; nobrega Mailson da Nobrega; o-cofaigh Tomas O'Cofaigh;
    o-kennedy Michael O'Kennedy; oeien Arne Oeien; okongwu Chu Okongwu; ongpin Jaime Ongpin; ortega Daniel Ortega;
    ozal Turgut Ozal; palsson Thorsteinn Palsson; pandolfi Filippo Maria Pandolfi; papandreou Andreas Papandreou;
    parkinson Cecil Parkinson; paye Jean-Claude Paye; perez-de-cuellar Javier Perez de Cuellar;
    petricioli Gustavo Petricioli; pickens T. Boone Pickens; poehl Karl Otto Poehl; pottakis Yannis Pottakis;
    prawiro Radius Prawiro; qassemi Majid Qassemi; rafnar Jonas Rafnar; rafsanjani Akbar Hashemi Rafsanjani;
    reagan Ronald Reagan; rezende Iris Rezende; riberio-cadilhe Miguel Cadilhe; rich Marc Rich;
    rikanovic Svetozar Rikanovic; rojas Francisco Rojas; romero Carlos Romero; roumeliotis Panayotis Roumeliotis;
    rowland Tiny Rowland; rubio Mariano Rubio; ruder David Ruder; ruding Onno Ruding; russell Spencer Russell;
    ryzhkov Nikolai Ryzhkov; saberbein Gustavo Saberbein; salinas Abel Salinas; samojlik Bazyli Samojlik;
    santer Jacques Santer; saracoglu Rusdu Saracoglu; sarney Jose Sarney; sartzetakis Christos Sartzetakis;
    sathe Vasant Sathe; schlueter Poul Schlueter; sedki Atef Sedki; simitis Kostas Simitis; simonsen Palle Simonsen;
    singhasaneh Suthee Singhasaneh; siregar Arifin Siregar; skaanland Hermod Skaanland; soares Mario Soares;
    solchaga Carlos Solchaga; sourrouille Juan Sourrouille; sprinkel Beryl Sprinkel; steeg Helga Steeg;
    stich Otto Stich; stoltenberg Gerhard Stoltenberg; stoph Willi Stoph; strougal Lubomir Strougal;
    sumita Satoshi Sumita; suominen Ilkka Suominen; takeshita Noboru Takeshita; tamura Hajime Tamura;
    tavares-moreia Jose Tavares Moreira; thatcher Margaret Thatcher; timar Matyas Timar;
    tinsulanonda Prem Tinsulanonda; tiwari Narain Dutt Tiwari; toernaes Laurits Toernaes; toman Miroslav Toman;
    tsovolas Dimitris Tsovolas; vancsa Jenoe Vancsa; venkataraman Ramaswamy Venkataraman;
    vera-la-rosa Alberto Vera La Rosa; verity William Verity; villanyi Miklos Villanyi; vlatkovic Dusan Vlatkovic;
    volcker Paul Volcker; von-weizsaecker Richard von Weizsaecker; vranitzky Franz Vranitzky; waldheim Kurt Waldheim;
    wali Youssri Wali; walsh Peter Walsh; wardhana Ali Wardhana; wilson Michael Wilson; wise John Wise;
    yeutter Clayton Yeutter; young Lord Young; yu-kuo-hua Yu Kuo-hua; zak Jaromir Zak; zia-ul-haq Mohammad Zia-ul-Haq
""")


def name_of(code: str, names: Mapping[str, str], *, title_case: bool) -> str:
    """The name that a code stands for; of an unknown code its words, all with a capital or only the first."""
    if code in names:
        return names[code]
    words = code.replace("-", " ").split()
    return " ".join(word.capitalize() if title_case or not at else word for at, word in enumerate(words))
