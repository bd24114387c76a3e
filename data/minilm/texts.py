"""Words that the network has to know whole, and sentences on which it is compared with the original."""

# Words and signs of the chapters and of machine learning: all pieces that they are made of stay in the vocabulary.
WORDS = """
1024 128 2019 2020 2021 2022 255 256 512 accelerate accelerating accumulation activation adam adaptive adversarial
advise agrees algorithm algorithms aligned alignment aloud analogy annotation approx approximate arrays assessing
assimilation attention attribute audit augmentation autoencoder autoencoders autonomous averaged averages averaging
axes axial backpropagation backwards bandit baseline batches bayesian bert bidding bids blindness bounding brackets
brightness browser brute buffer builder builders buys byte cache calibrated calibration cancel canonical carlo
categorical causal centred chapters checks cifar citation cite classifier classifiers cleaning climbs clip cluster
clusters cnn coded coefficient cognitive coin collects colours combinations compares compression computation
computational compute computed computing concatenate conclude conditional configuration constraint container
containers contextual converge convergence convex convolution convolutional convolutions copied copyright cores
corrected correction correlated correlation cosine counted counterfactual counters covariance cpu crop cups curb
curvature curved customer dashed dataset datasets deadline debug decoder decoding default defended degradation
denoising dependency derivation derivatives descending detect detection detector detectors deterministic deviation
diabetes diagnosis diagonal diagram dictionary differ differential differentiation differs diffusion discrete
discriminator disk distillation distributions dividing doctoral download downloaded downloads downwards dropout eighty
embedding embeddings empirical encode encoded encoder encoding enlarged ensemble ensembles entropy epochs epsilon
estimate estimation estimator euclidean evaluating exceeded execute exploding exponent exponential export extraction
failures federated filters finite flipped float32 folder folding forbid forecast forecasting formats foundations
functional gamma gaussian gb generalization generative generator geometric geometry gpt gpu gradient gradients grading
gram graph graphs grid gru gymnasium halves handbook handwriting hangs header histogram horizontal html hygiene
hyperparameter hyperparameters ignores imagenet imaging imbalance impatience implement imported improving inception
incoming incorrect independently induction inequality inference infinity inputs insects insert install installing
instructors integer integers interactions intercept interface interpolation interpreter interrupt interval invariant
inverse inverted iterations jax judged kernel kernels khz labeled labs lambda latency latent learner learners
libraries licence likelihood likewise loading locality locking locks logarithm logged logistic logits logs lossless
lowers lstm magnitude mammals mapped mapping masked masks mathematical matrices maximize mcnemar measurement metadata
meteorological metric metrics miniature mirrored mnist modes modular module modules monitored monotonic multiplication
multiplied multiply naming nearer neighbors neighbour neighbourhood neighbouring neighbours nesterov neural neuron
neurons node nonlinear normalisation normalized notebook nucleus nudged null numeric numerical operators optimal
optimiser optimization optimize optimizer optimum optional originals orthogonal outcomes outlier outliers outputs
overfitting overlap overturned owns padding paired panels paragraph parameter parameters partition patches payload
penalties perceptron permutation perplexity picks pixel pixels polynomial pooling posterior practised predicted
prediction predictions predictive predictor prefix preparing preprocessing priors probabilistic probabilities
probability programmed prompt protects protocol prune pruning quantized queries query queue quicker radius randomly
ratings readers rebuild receptive recipes recommendations recommender rectangular recurrent recursive referees
regression regularisation relational reliability remedy removes repairs repeat replaces replay replies repository
rescues reset resistant restart restarted retrieval reused reversed rmsprop rnn robot rotary rotation rounding routing
rows sampled samples scalar scaled scales scaling scans scatter schedules schema segmentation semantic sequential
server servers sgd shattered shrink shrinking shuffle shuffled shuffling sigma sigmoid sigmoids similarity simplified
simulated sixteenth sixty sizes slices slopes slower smoothing softer softmax solve solver spared spatial spectral
speeding squared squares stack stamps starved stochastic stored submission submissions subset subtract successive
successors suffix supervised supervision surpassing symmetric symptoms tab tabular tagged tags tasks taxonomy tensor
tensors terminals textbooks theorem theta thresholds throughput tile tiles token tokenizer tokens topological topology
torch tracing trailing trainer transactions transformations transformer transformers translations translator transpose
typing unbiased underfitting unrolled unsupervised upstream usable validate validation validity vanishing variables
variance variants varied vector verbs verification verified verify verses vocabulary wakes weights whichever whoever
width wrongly xml zeros × · − ± ≤ ≥ ≈ √ ∞ → ∂ ∇ ∈ ² ³ ° … “ ‘ ” α β γ δ ε ζ η θ λ μ π ρ σ τ φ χ ψ ω
"""

SENTENCES = (
    "A man is eating food.",
    "A man is eating a piece of bread.",
    "The girl is carrying a baby.",
    "A cheetah is running behind its prey.",
    "The film is good.",
    "The film is not good.",
    "The dog bites the man.",
    "The man bites the dog.",
    "An utterly compelling story, told with warmth and a sly sense of humour.",
    "Ninety minutes of my life that I will never get back.",
    "Too long, too loud and not half as funny as it thinks it is.",
    "The actors do their best, but the script lets them down again and again.",
    "Why does the loss go up when the learning rate is too large?",
    "How many pictures does a network need to learn from?",
    "What is the difference between validation data and test data?",
    "My network is perfect on the training set and useless on new pictures.",
    "How do I keep a network from learning its examples by heart?",
    "The weights are moved against the gradient, a little at each step.",
    "Which city is the capital of France?",
    "Paris has been the capital of France for most of its history.",
    "The train to London leaves at half past nine.",
    "She sold the house in 1815 for 20,000 pounds.",
    "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a "
    "wife.",
    "Café, naïve, Zürich: accents are taken off before the words are looked up.",
    "UPPER CASE AND lower case are the same to this network!",
    "Supercalifragilisticexpialidocious is not one piece.",
    "Don't split hairs -- or do: it's a well-known trick, isn't it?",
    "e = mc^2, and 3.14159 is close to pi (but not equal).",
    "Yes.",
    "This sentence goes on and on, from the kitchen to the garden and from the garden to the river, over the old "
    "bridge and through the wood on the other side, where nobody has cut a tree since the war, past the mill that "
    "grinds no corn and the inn that sells no beer, up the long hill to the church with its crooked tower, and down "
    "again by the road that the carts used to take in the days when there were carts, because there have to be more "
    "pieces in it than the network has positions, so that what comes now, at the very end of it, when the reader has "
    "long forgotten how it began and only wishes for a full stop, is cut off before the network sees it, and is never "
    "read by anyone.",
)
