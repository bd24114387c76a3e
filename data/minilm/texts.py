"""Words that the network has to know whole, and sentences on which it is compared with the original."""

# Words of the chapters and of machine learning that are pieces of the original vocabulary, and that neither the film
# sentences nor the commonest pieces hold.
WORDS = """
accelerate accelerating accumulation activation adaptive advise agrees algorithm algorithms aligned alignment aloud
analogy approx approximate arrays assessing assimilation attribute audit autonomous averaged averages averaging axes
axial backwards bandit baseline bert bidding bids blindness brackets brightness browser brute buffer builder builders
buys byte cache cancel canonical carlo causal centred chapters checks citation cite cleaning climbs clip cluster
clusters cnn coded coefficient cognitive coin collects colours combinations compares compression computation
computational compute computed computing conclude conditional configuration constraint container containers converge
convergence convex copied copyright cores corrected correction correlated correlation counted counters cpu crop cups
curb curvature curved customer dashed deadline default defended degradation dependency derivation derivatives
descending detect detection detector detectors deviation diabetes diagnosis diagonal diagram dictionary differ
differential differentiation differs diffusion discrete disk distributions dividing doctoral download downloaded
downloads downwards eighty empirical encoded encoding enlarged ensembles entropy epsilon estimate estimation
euclidean evaluating exceeded execute exploding exponential export extraction failures filters finite flipped folder
folding forbid forecast formats foundations functional gamma generator geometric geometry gradient grading gram graph
graphs grid gymnasium halves handbook handwriting hangs header horizontal html hygiene ignores imaging impatience
implement imported improving inception incoming incorrect independently induction inequality inference infinity
inputs insects insert install installing instructors integer integers interactions intercept interface interpreter
interrupt interval invariant inverse inverted jax judged kernel khz labeled labs lambda learners libraries licence
likelihood likewise loading locality locking locks logged logs lowers magnitude mammals mapped mapping masks
mathematical matrices maximize measurement metadata meteorological metric miniature mirrored modes modular module
modules monitored multiplication multiplied naming nearer neighbors neighbour neighbourhood neighbouring neighbours
neural neurons node nonlinear notebook nucleus nudged null numerical operators optimal optimization optional
originals orthogonal outcomes outputs overlap overturned owns paired panels paragraph parameter parameters partition
patches payload penalties picks pixel pixels polynomial posterior practised predicted prediction predictions prefix
preparing probability programmed prompt protects protocol query queue quicker radius randomly ratings readers rebuild
recipes recommendations rectangular referees regression relational reliability remedy removes repairs repeat replaces
replay replies repository rescues reset resistant restart restarted retrieval reused reversed robot rotary rotation
rounding routing rows sampled samples scaled scales scaling scans schedules semantic sequential server servers
shattered shrink shrinking shuffle shuffled shuffling sigma similarity simplified simulated sixteenth sixty sizes
slices slopes slower smoothing softer solve spared spatial spectral speeding squared squares stack stamps starved
stored submission submissions subset successive successors suffix supervised supervision surpassing symmetric
symptoms tab tagged tags tasks taxonomy tensor terminals textbooks theorem theta tile tiles token topological
topology torch tracing trailing trainer transactions transformations transformers translations translator typing
upstream usable validation validity vanishing variables variance variants varied vector verbs verification verified
verify verses vocabulary wakes weights whichever whoever width wrongly xml
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
