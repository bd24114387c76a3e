"""CartPole: chapter 12c's REINFORCE and PPO, many poles at once, against keras.io's recipes, one pole at a time.

The share that counts as accuracy is the mean length of 100 fresh episodes without drawing lots, over the 500 steps that
an episode can have.
"""

import time
from collections.abc import Callable

import gymnasium as gym
import keras
import numpy as np
import tensorflow as tf
from keras import layers
from scipy.special import softmax

from benchmarks.recipe import Job, Outcome

POLES, DISCOUNT, ENOUGH, ENOUGH_AS_PUBLISHED, LONGEST = 16, 0.99, 475, 195, 500


def _worlds(count: int) -> gym.vector.VectorEnv:
    return gym.make_vec("CartPole-v1", num_envs=count, vectorization_mode="vector_entry_point")


def _network(outputs: int) -> keras.Model:
    small = keras.initializers.RandomNormal(stddev=0.01)
    hidden = layers.Dense(64, activation="tanh")
    return keras.Sequential([keras.Input((4,)), hidden, layers.Dense(outputs, kernel_initializer=small)])


def _forward(weights: list[np.ndarray], states: np.ndarray) -> np.ndarray:
    kernel, bias, last_kernel, last_bias = weights
    return np.tanh(states @ kernel + bias) @ last_kernel + last_bias


def _drawn(logits: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return (softmax(logits, axis=1)[:, 0] < random.random(len(logits))).astype(int)


def _share_of_steps(logits_of: Callable[[np.ndarray], np.ndarray]) -> float:
    worlds = _worlds(100)
    states, _ = worlds.reset(seed=10**6)
    standing, steps = np.ones(100, bool), 0
    while standing.any():
        states, _, terminated, truncated, _ = worlds.step(logits_of(states).argmax(axis=1))
        steps += standing.sum()
        standing &= ~(terminated | truncated)
    return float(steps / (100 * LONGEST))


def _normal(values: np.ndarray) -> np.ndarray:
    return (values - values.mean()) / (values.std() + 1e-8)


def reinforce(seed: int) -> Outcome:
    """Train as chapter 12c: returns less their mean at each moment, a rate of 0.03; until five updates average 475."""
    worlds, random, lengths = _worlds(POLES), np.random.default_rng(seed), []
    keras.utils.set_random_seed(seed)
    started = time.perf_counter()
    model = _network(2)
    model.compile(keras.optimizers.Adam(0.03), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    for update in range(300):
        states, _ = worlds.reset(seed=seed if update == 0 else None)
        weights, record, standing = model.get_weights(), [], np.ones(POLES, bool)
        while standing.any():
            actions = _drawn(_forward(weights, states), random)
            record.append((states, actions, standing))
            states, _, terminated, truncated, _ = worlds.step(actions)
            standing = standing & ~(terminated | truncated)
        seen, actions, standing = map(np.array, zip(*record, strict=True))
        lengths.append(standing.sum() / POLES)
        if np.mean(lengths[-5:]) >= ENOUGH:
            break
        returns = _summed(standing.astype(float), standing)
        advantages = returns - returns.sum(axis=1, keepdims=True) / standing.sum(axis=1, keepdims=True)
        scaled = advantages[standing] / (advantages[standing].std() + 1e-8)
        model.train_on_batch(seen[standing], actions[standing], sample_weight=scaled)
    seconds = time.perf_counter() - started
    return Outcome(seconds, _share_of_steps(lambda states: _forward(model.get_weights(), states)), model.count_params())


def _summed(gains: np.ndarray, goes_on: np.ndarray, factor: float = DISCOUNT) -> np.ndarray:
    """Add to each gain (steps, worlds) what follows it, discounted, up to where the episode does not go on."""
    sums, total = np.zeros(gains.shape), np.zeros(gains.shape[1:])
    for step in reversed(range(len(gains))):
        total = gains[step] + factor * goes_on[step] * total
        sums[step] = total
    return sums


def keras_actor_critic(seed: int) -> Outcome:
    """Train as keras.io's "Actor Critic Method", eagerly, until the running reward passes 195, its published aim.

    That aim is less than half of what ours has to reach; 1,000 episodes at most.
    """
    pole, random, running = gym.make("CartPole-v1"), np.random.default_rng(seed), 0.0
    keras.utils.set_random_seed(seed)
    started = time.perf_counter()
    inputs = keras.Input((4,))
    common = layers.Dense(128, activation="relu")(inputs)
    model = keras.Model(inputs, [layers.Dense(2, activation="softmax")(common), layers.Dense(1)(common)])
    optimizer, huber = keras.optimizers.Adam(0.01), keras.losses.Huber()
    state, _ = pole.reset(seed=seed)
    for _ in range(1000):
        logs, values, rewards, over = [], [], [], False
        with tf.GradientTape() as tape:
            while not over:
                shares, value = model(state[None])
                action = int(random.random() >= shares[0, 0])
                logs.append(tf.math.log(shares[0, action]))
                values.append(value[0, 0])
                state, reward, terminated, truncated, _ = pole.step(action)
                rewards.append(reward)
                over = terminated or truncated
            running += 0.05 * (sum(rewards) - running)
            returns = _normal(_summed(np.array(rewards)[:, None], np.ones((len(rewards), 1)))[:, 0])
            actor = [-log * (goal - value) for log, value, goal in zip(logs, values, returns, strict=True)]
            critic = [huber(goal[None], value[None]) for value, goal in zip(values, returns, strict=True)]
            loss = sum(actor) + sum(critic)
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        if running > ENOUGH_AS_PUBLISHED:
            break
        state, _ = pole.reset()
    seconds = time.perf_counter() - started
    return Outcome(seconds, _share_of_steps(lambda states: model(states)[0].numpy()), model.count_params())


class _Clipped:
    """An actor and a critic, each with its optimizer, and the clipped step of PPO."""

    def __init__(self, build: Callable[[int], keras.Model], rates: tuple[float, float], clipnorm: float | None) -> None:
        self.actor, self.critic = build(2), build(1)
        self.optimizers = [keras.optimizers.Adam(rate, global_clipnorm=clipnorm) for rate in rates]
        for optimizer, model in zip(self.optimizers, (self.actor, self.critic), strict=True):
            optimizer.build(model.trainable_variables)
        # The number of steps that count changes from update to update.
        self.act, self.judge = (tf.function(step, reduce_retracing=True) for step in (self._act, self._judge))

    def _act(self, states: tf.Tensor, actions: tf.Tensor, old: tf.Tensor, advantages: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            logs = tf.gather(tf.nn.log_softmax(self.actor(states)), actions, batch_dims=1)
            ratio = tf.exp(logs - old)
            gains = tf.minimum(ratio * advantages, tf.clip_by_value(ratio, 0.8, 1.2) * advantages)
            loss = -tf.reduce_mean(gains)
        weights = self.actor.trainable_variables
        self.optimizers[0].apply(tape.gradient(loss, weights), weights)
        return tf.reduce_mean(old - logs)  # how far the policy has moved

    def _judge(self, states: tf.Tensor, targets: tf.Tensor) -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self.critic(states)[:, 0] - targets) ** 2)
        weights = self.critic.trainable_variables
        self.optimizers[1].apply(tape.gradient(loss, weights), weights)

    def outcome(self, seconds: float) -> Outcome:
        share = _share_of_steps(lambda states: self.actor(states).numpy())
        return Outcome(seconds, share, self.actor.count_params() + self.critic.count_params())


def _as_tensors(states: np.ndarray, actions: np.ndarray, *others: np.ndarray) -> list[tf.Tensor]:
    return [tf.constant(states), tf.constant(actions), *(tf.constant(other, tf.float32) for other in others)]


def ppo(seed: int) -> Outcome:
    """Train as chapter 12c: 40 updates, each of 64 steps of 16 poles and ten steps of training, a rate that falls."""
    worlds, random = _worlds(POLES), np.random.default_rng(seed)
    keras.utils.set_random_seed(seed)
    started = time.perf_counter()
    learner, fresh = _Clipped(_network, (0.01, 0.01), clipnorm=0.5), np.zeros(POLES, bool)
    states, _ = worlds.reset(seed=seed)
    for update in range(40):
        weights, record = learner.actor.get_weights(), []
        for _ in range(64):
            actions = _drawn(_forward(weights, states), random)
            following, rewards, terminated, truncated, _ = worlds.step(actions)
            over = terminated | truncated
            record.append((states, actions, rewards, following, terminated, over, ~fresh))
            states, fresh = following, over & ~fresh
        seen, actions, rewards, following, ended, over, real = map(np.array, zip(*record, strict=True))
        values, next_values = (_forward(learner.critic.get_weights(), each)[..., 0] for each in (seen, following))
        advantages = _summed((rewards + DISCOUNT * next_values * ~ended - values) * real, ~over, DISCOUNT * 0.95)
        logs = np.log(softmax(_forward(weights, seen), axis=2))
        old = np.take_along_axis(logs, actions[..., None], axis=2)[..., 0]
        targets = tf.constant((advantages + values)[real], tf.float32)
        batch = _as_tensors(seen[real], actions[real], old[real], _normal(advantages[real]))
        for optimizer in learner.optimizers:
            optimizer.learning_rate = 0.01 * (1 - update / 40)
        for _ in range(10):
            learner.act(*batch)
            learner.judge(batch[0], targets)
    return learner.outcome(time.perf_counter() - started)


def _wide_network(outputs: int) -> keras.Model:
    hidden = [layers.Dense(64, activation="tanh") for _ in range(2)]
    return keras.Sequential([keras.Input((4,)), *hidden, layers.Dense(outputs)])


def keras_ppo(seed: int) -> Outcome:
    """Train as keras.io's "Proximal Policy Optimization": 30 epochs, each of 4,000 steps of one pole."""
    pole, random = gym.make("CartPole-v1"), np.random.default_rng(seed)
    keras.utils.set_random_seed(seed)
    started = time.perf_counter()
    learner = _Clipped(_wide_network, (3e-4, 1e-3), clipnorm=None)
    logits_of = tf.function(learner.actor)
    state, _ = pole.reset(seed=seed)
    for _ in range(30):
        record = []
        for step in range(4000):
            logits, value = logits_of(state[None]).numpy(), float(learner.critic(state[None])[0, 0])
            action = int(_drawn(logits, random)[0])
            following, reward, terminated, truncated, _ = pole.step(action)
            over = terminated or truncated or step == 3999
            rest = 0.0 if terminated or not over else float(learner.critic(following[None])[0, 0])
            record.append((state, action, reward, value, rest, over, np.log(softmax(logits[0])[action])))
            state = pole.reset()[0] if over else following
        seen, actions, rewards, values, rest, over, old = map(np.array, zip(*record, strict=True))
        goes_on = (~over).astype(float)
        next_values = np.append(values[1:], 0.0) * goes_on + rest
        advantages = _summed(rewards + DISCOUNT * next_values - values, goes_on, DISCOUNT * 0.97)
        targets = tf.constant(_summed(rewards + DISCOUNT * rest, goes_on), tf.float32)
        batch = _as_tensors(seen, actions, old, _normal(advantages))
        for _ in range(80):
            if learner.act(*batch) > 1.5 * 0.01:
                break
        for _ in range(80):
            learner.judge(batch[0], targets)
    return learner.outcome(time.perf_counter() - started)


JOBS = {
    "actor critic": Job(
        "a pole that stands",
        reinforce,
        keras_actor_critic,
        5,
        "no worse, time / 50",
        "the share is of the 500 steps that an episode can have. Ours goes on to a mean of 475 steps, 16 poles at "
        "once; the recipe to beat ends, as published, at a running mean of 195, one pole at a time, uncompiled.",
    ),
    "ppo": Job(
        "a pole that stands, by PPO",
        ppo,
        keras_ppo,
        5,
        "no worse, time / 50",
        "ours takes 41 thousand steps, 16 poles at once, the recipe to beat, as published, 120 thousand, one by one.",
    ),
}
