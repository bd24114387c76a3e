"""Thirty questions about the course, and the paragraphs that answer each, by their chapter and their beginning.

They were written from reading the chapters, and the answers were marked, before any search was tried on them, and
nothing was changed afterwards. Fifteen use the words of the chapters, as a reader would who has met them; fifteen say
the same thing in other words, as somebody would who has not. A paragraph counts as an answer if it answers the question
by itself, or holds the main point of the answer.

TWINS ask the fifteen questions in other words once more, in the chapters' words. They were written after the first
search of the thirty, to tell wording from topic, and before any search on themselves.
"""

OWN, SAME = "other words", "the chapters' words"

QUESTIONS = (
    (
        "How do I stop a cell that is running?",
        SAME,
        [("00", "Stop a running cell with the")],
    ),
    (
        "My page behaves oddly although I changed nothing. How do I begin afresh?",
        OWN,
        [("00", "The number grows: what counts is the order")],
    ),
    (
        "Could I leave out the squashing functions and just pile up more floors?",
        OWN,
        [
            ("01", "Two layers are one layer in disguise"),
            ("01", "So put a bend between them"),
            ("01", "A colleague puts twenty linear layers"),
            ("01", "Layers without a bend are one layer"),
            ("10", "(Chapter 01b) What does a dense layer without an activation compute"),
        ],
    ),
    (
        "How small should the step h be when I check a gradient by central differences?",
        SAME,
        [
            ("01b", "Two U-shaped curves"),
            ("01b", "A colleague checks with h = 1e-12"),
            ("01b", "Central differences with h"),
        ],
    ),
    (
        "Why did everything turn into 'not a number' halfway through?",
        OWN,
        [
            ("01c", "1 + e^{-40} rounds to 1"),
            ("01c", "Equal on paper is not equal in floating point"),
            ("03", "Diagnosis. 1.1^{50}"),
        ],
    ),
    (
        "Which loss should I expect before training, with K classes?",
        SAME,
        [
            ("01", "A network that knows nothing says p = 1/2"),
            ("01c", "A model that knows nothing gives each of K classes"),
            ("01c", "A network for 1000 classes starts with a loss of 25"),
            ("01c", "The loss starts at"),
            ("02", "A classifier has 10 classes and has not been trained"),
            ("08b", "(Chapter 01b) A fresh classifier of K classes"),
        ],
    ),
    (
        "Does the picture reader need to know which dots lie side by side?",
        OWN,
        [
            ("02", "The dense network stays where it was; the CNN falls far"),
            ("02", "To a dense network all orders are alike"),
            ("02", "More time helps; it does not buy the neighbours back"),
            ("02", "Permuted, the CNN is about as good as"),
            ("02", "Most of what a CNN gains over a dense network"),
            ("02b", "Why did the CNN lose so much when all pictures were permuted"),
        ],
    ),
    (
        "Are convolutional networks invariant to shifts?",
        SAME,
        [
            ("02b", "The maps moved along; the dense layer behind Flatten"),
            ("02b", "At seven pixels, which nobody has shown it"),
            ("02b", "A convolution is equivariant: it moves with the picture"),
            ("02b", "Nor does a convolution mind"),
        ],
    ),
    (
        "Why can it not recall what it heard long ago, and what would help?",
        OWN,
        [
            ("03", "The same cell, the same biases, as many batches"),
            ("03", "So \\sigma(b_f)^t says how far back learning can begin"),
            ("03", "A product of T matrices behaves like a power"),
            ("03", "Why did 50 steps not open the gates"),
            ("03", "The default LSTM learned nothing from 50 steps"),
        ],
    ),
    (
        "Does the LSTM use the order of the words?",
        SAME,
        [
            ("03b", "Both bars of each reader stand about equally high"),
            ("03b", "The claim stands: LSTMs that never saw a sentence in order"),
            ("03b", "Shuffling changes one answer in twenty"),
            ("03b", "Shuffling the words, in the test or in the training"),
            ("09", "(Chapter 03b) How did we find out that an LSTM hardly uses"),
        ],
    ),
    (
        "How many labels is a pretrained network worth?",
        SAME,
        [
            ("04", "Each dot is one draw, each bar a mean. One label on frozen features"),
            ("04", "Near ImageNet, one label on frozen features did the work"),
            ("09", "A dot is a draw of training sentences"),
            ("09", "A frozen pretrained network is worth ten times as many labels"),
        ],
    ),
    (
        "Why do firms hand each client a tiny add-on rather than a whole altered copy of the giant?",
        OWN,
        [
            ("04b", "Why anyone cares. A language model with 175 billion weights"),
            ("04b", "Does that speak against adapters?"),
        ],
    ),
    (
        "What does dropout do in training, and why does inference need no change?",
        SAME,
        [
            ("03b", "Dropout sets a random share of the values to zero"),
            ("05", "Dropout sets a share r of the features to zero"),
        ],
    ),
    (
        "It claims to be ninety percent certain. Can I take that at face value?",
        OWN,
        [
            ("00", "The network is wrong and nearly certain"),
            ("02b", "Some of these are hopeless scrawls"),
            ("05b", "A network is calibrated if"),
            ("05b", "Temperature scaling divides all logits"),
            ("05b", "This is a reliability diagram"),
        ],
    ),
    (
        "How can a tweak that no eye notices make a machine misread a traffic sign?",
        OWN,
        [
            ("05c", "Why anyone cares. A few black and white stickers"),
            ("05c", "Each term is largest where"),
            ("05c", "Random pushes nearly cancel"),
            ("05c", "The sign of the gradient gives the worst small change"),
        ],
    ),
    (
        "Is Adam really better than SGD?",
        SAME,
        [
            ("06", "Why anyone cares. In 2017 a much-read paper"),
            ("06", "Move the shared rate, and you choose the winner"),
            ("06", "One dot is one seed, the bar is their mean."),
            ("06", "Try to break it. Is even that point Adam's?"),
            ("06", "Most of the lead is gone: Adam was above all quicker"),
            ("06", "Six optimisers are a few lines each"),
        ],
    ),
    (
        "I tried hundreds of settings; why is the champion a disappointment afterwards?",
        OWN,
        [
            ("04b", "Diagnosis. The largest of twenty noisy numbers"),
            ("05", "Diagnosis. The best of several noisy scores"),
            ("06b", "Nobody cheated, and the number is wrong"),
            ("06b", "You tried 500 settings and report the best"),
            ("06b", "The best of many results is too good"),
            ("12", "One dot is one search. The best of many tries was lucky"),
        ],
    ),
    (
        "Why does a very deep plain network train badly, and what does a skip change?",
        SAME,
        [
            ("07", "Why anyone cares. In 2015 four researchers"),
            ("07", "Is the skip useless, then?"),
            ("07", "What hurts is that an untrained deep tower shreds its input"),
            ("07", "A skip mends that"),
            ("07", "One in ten is what guessing gives. Each random block folds space"),
        ],
    ),
    (
        "Why are attention scores divided by the square root of d?",
        SAME,
        [
            ("08", "A score is a sum of d products"),
            ("08", "Random keys, and the layer is already certain"),
            ("08", "Somebody trains with scores that are not divided"),
            ("08", "Dividing by"),
        ],
    ),
    (
        "How does a chatbot avoid doing the same sums again for every new word?",
        OWN,
        [
            ("08c", "To ask Keras again is to compute everything"),
            ("08c", "The same logits. Now the saving"),
            ("08c", "Why may keys and values be kept"),
            ("08c", "A cache of keys and values does"),
        ],
    ),
    (
        "How can I tell that something strange is in front of the camera?",
        OWN,
        [
            ("10", "What the network copies badly is unlike what it has seen"),
            ("10", "Noise is always found"),
            ("10", "The ones are found now, if not well"),
        ],
    ),
    (
        "What causes mode collapse in a GAN?",
        SAME,
        [
            ("11", "This collapse is a race"),
            ("11", "One run of each: black points are forged"),
            ("11", "A slow critic makes modes collapse"),
            ("11", "Both players ten times slower"),
        ],
    ),
    (
        "Could an artist program just hand back the material it was shown?",
        OWN,
        [
            ("10", "The density alone does not do it"),
            ("10", "A generator returns training pictures"),
            ("11b", "Every drawn code is a training code"),
            ("11b", "Why does a diffusion model not copy its training set"),
            ("11b", "The perfect score copies"),
            ("11b", "(Chapter 10) Which fault of a generator do"),
        ],
    ),
    (
        "I pay my helper for each little success, and it never finishes the job. Why?",
        OWN,
        [
            ("12", "Why anyone cares. In 1992 a program learned backgammon"),
            ("12", "The boat in the lagoon, computed"),
            ("12", "Less than 2. With a discount"),
            ("12", "A bonus below the cost of a round"),
        ],
    ),
    (
        "Why is a random split misleading for a recommender?",
        SAME,
        [
            ("13", "Why? Two things changed at once: we ask for the future"),
            ("13", "No future in it, and neighbours lead already"),
            ("13", "A shop measures recall on a random tenth"),
            ("13", "A split is a question. A random one"),
        ],
    ),
    (
        "Both camps quoted correct figures about the courts and contradict each other. How is that possible?",
        OWN,
        [
            ("15", "Why anyone cares. In 2016, judges in Broward County"),
            ("15", "These are the published numbers of both sides"),
            ("15", "Nearly all. The gap does not come from a score"),
            ("15", "With the same precision and the same false negatives"),
            ("15", "Error rates and precision answer different questions"),
        ],
    ),
    (
        "How many bits does a weight need?",
        SAME,
        [
            ("16", "The largest weight of a layer sets everybody's step"),
            ("16", "Eight bits a weight cost nothing here"),
            ("16", "Each dot is a file; left and up is better. Eight bits cost nothing"),
        ],
    ),
    (
        "How do I swap the program behind the counter while customers keep coming?",
        OWN,
        [
            ("16b", "Load the new model beside the old one"),
            ("16b", "No queue by either clock"),
            ("16b", "A restart loses requests"),
        ],
    ),
    (
        "What must be saved so that training goes on exactly after a worker has died?",
        SAME,
        [
            ("17", "This script saves after every fifth step"),
            ("17", "None: steps 10 and 11 were computed a second time"),
            ("17", "It can, to rounding. Without Adam's memory"),
            ("17", "Several processes train the same network to rounding"),
        ],
    ),
    (
        "How do I get an interval for a forecast that keeps its promise?",
        SAME,
        [
            ("21", "Adaptive intervals"),
            ("21", "The grey band is the adaptive interval"),
            ("21", "An interval was right for 90"),
            ("21", "An interval keeps its promise only if it is steered"),
        ],
    ),
)

TWINS = {
    "My page behaves oddly although I changed nothing. How do I begin afresh?": (
        "My notebook behaves strangely. How do I restart the kernel and run all cells?"
    ),
    "Could I leave out the squashing functions and just pile up more floors?": (
        "Why does a network need a nonlinear activation between its layers?"
    ),
    "Why did everything turn into 'not a number' halfway through?": "Why is the loss suddenly nan?",
    "Does the picture reader need to know which dots lie side by side?": (
        "Does a CNN need the neighbourhood of pixels?"
    ),
    "Why can it not recall what it heard long ago, and what would help?": (
        "Why does an LSTM not learn over a long distance, and what is the cure?"
    ),
    "Why do firms hand each client a tiny add-on rather than a whole altered copy of the giant?": (
        "Why do customers get small adapters and not a fine-tuned copy of the language model?"
    ),
    "It claims to be ninety percent certain. Can I take that at face value?": (
        "Is a network calibrated: can I trust a confidence of 90 %?"
    ),
    "How can a tweak that no eye notices make a machine misread a traffic sign?": (
        "How does an attack with small changes fool a network on a stop sign?"
    ),
    "I tried hundreds of settings; why is the champion a disappointment afterwards?": (
        "Why is the validation score of the best of many settings too good?"
    ),
    "How does a chatbot avoid doing the same sums again for every new word?": (
        "How does a key-value cache avoid computing everything again for each new piece?"
    ),
    "How can I tell that something strange is in front of the camera?": "How does an autoencoder find an anomaly?",
    "Could an artist program just hand back the material it was shown?": (
        "Does a diffusion model copy its training pictures?"
    ),
    "I pay my helper for each little success, and it never finishes the job. Why?": (
        "Why does an agent with a bonus never arrive at the goal?"
    ),
    "Both camps quoted correct figures about the courts and contradict each other. How is that possible?": (
        "How can ProPublica and the maker of COMPAS both be right?"
    ),
    "How do I swap the program behind the counter while customers keep coming?": (
        "How do I replace a model under load without losing requests?"
    ),
}
