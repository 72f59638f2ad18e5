using Lab.Data.Dates;
using Lab.Data.Entities;
using Lab.Data.ShapeScenes;
using Lab.Data.Treebanks;

namespace Lab.Data.Sets;

/// <summary>Every data set that the kit knows by name.</summary>
public static class Catalog
{
    /// <summary>The sets that the project makes, committed in <c>data/</c>.</summary>
    public static IReadOnlyList<MadeSet> Made { get; } =
    [
        new("digits", "10,000 + 2,000 drawn digits, 28 x 28", "MIT", DrawnDigits.Seed, DrawnDigits.Make),
        new("dates", "6,000 + 500 + 500 dates as people write them, with their ISO form", "MIT", WrittenDates.Seed, WrittenDates.Make),
        new("ner", "1,782 sentences with named entities, CoNLL columns", "MIT", EntityCorpus.Seed, EntityCorpus.Make),
        new("scenes", "180 + 60 painted scenes, 64 x 64, with masks, objects, depths and keypoints", "MIT", DrawnScenes.Seed, DrawnScenes.Make),
        new("treebank", "440 + 66 + 130 sentences as trees and as dependencies", "MIT", TreebankCorpus.Seed, TreebankCorpus.Make),
    ];

    /// <summary>The published sets that can be downloaded.</summary>
    /// <remarks>
    /// Checksums as published by many independent projects; MNIST's first home, yann.lecun.com, no longer serves the files.
    /// </remarks>
    public static IReadOnlyList<RealSet> Real { get; } =
    [
        MnistLike(
            "mnist",
            "60,000 + 10,000 handwritten digits, 28 x 28",
            "CC BY-SA 3.0",
            ["https://ossci-datasets.s3.amazonaws.com/mnist/", "https://storage.googleapis.com/cvdf-datasets/mnist/"],
            (9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
            (28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
            (1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
            (4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6")),
        MnistLike(
            "fashion-mnist",
            "60,000 + 10,000 pieces of clothing, 28 x 28",
            "MIT",
            [
                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
                "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
                "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            ],
            (26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            (29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            (4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            (5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5")),
        new(
            "voc2012",
            "Pascal VOC 2012: 17,125 photographs, 2,913 with masks of 20 classes and of objects",
            "for research; the photographs under Flickr's terms",
            [
                new("http://host.robots.ox.ac.uk/pascal/VOC/voc2012/"),
                new("https://thor.robots.ox.ac.uk/pascal/VOC/voc2012/"),
                new("https://pjreddie.com/media/files/"),
            ],
            [new("VOCtrainval_11-May-2012.tar", 1_999_639_040, "e14f763270cf193d0b5f74b169f44157a4b0c6efa708f4dd0ff78ee691763bcb")])
        {
            Usage = "var voc = new VocFolder(\"{0}/VOCdevkit/VOC2012\");",
            Unpacked = "VOCdevkit",
        },
    ];

    /// <summary>The published sets that only their owner hands out.</summary>
    public static IReadOnlyList<LicensedSet> Licensed { get; } =
    [
        new(
            "conll2003",
            "20,744 English sentences with named entities",
            "on request: Reuters",
            ["eng.train", "eng.testa", "eng.testb"],
            [
                "The words are the Reuters Corpus (RCV1). Ask NIST for it, free for research: https://trec.nist.gov/data/reuters/reuters.html",
                "The labels are free. Get ner.tgz from the shared task's page: https://www.clips.uantwerpen.be/conll2003/ner/",
                "Put both together as its file 000README says (bin/make.eng), which makes eng.train, eng.testa and eng.testb.",
                "Put these three files into {0}",
                "In a notebook: var train = NamedEntities.Train(\"conll2003\");",
            ]),
    ];

    /// <summary>The names of all sets.</summary>
    public static IEnumerable<string> Names =>
        [.. Made.Select(set => set.Name), .. Real.Select(set => set.Name), .. Licensed.Select(set => set.Name)];

    private static RealSet MnistLike(string name, string about, string licence, string[] mirrors, params (long Bytes, string Sha256)[] files)
    {
        string[] names = [MnistLayout.Images(true), MnistLayout.Labels(true), MnistLayout.Images(false), MnistLayout.Labels(false)];
        return new(
            name,
            about,
            licence,
            [.. mirrors.Select(mirror => new Uri(mirror))],
            [.. names.Zip(files, (file, known) => new SetFile($"{file}.gz", known.Bytes, known.Sha256))]);
    }
}
