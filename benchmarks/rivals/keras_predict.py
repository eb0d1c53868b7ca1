"""Times Keras' ``model.predict`` on one digit: the network and the stack of the usual digit apps.

Runs in an environment with Keras and TensorFlow. Tells what it is in a line of JSON, then, for every line with a
number on standard input, predicts so many times and answers with the times in a line of JSON.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np


def build() -> keras.Model:
    """The apps' network: two convolutions and two dense layers; weights do not change the time."""
    layers = keras.layers
    return keras.Sequential(
        [
            layers.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def main() -> None:
    """Answers requests until standard input ends."""
    model = build()
    digit = np.random.default_rng(0).random((1, 28, 28, 1), dtype=np.float32)
    for _ in range(5):
        model.predict(digit, verbose=0)
    backend = keras.backend.backend()
    about = {"keras": keras.__version__, "backend": backend, "parameters": model.count_params()}
    about["backend_version"] = sys.modules[backend].__version__
    print(json.dumps(about), flush=True)
    for line in sys.stdin:
        wall, cpu = [], []
        for _ in range(int(line)):
            wall_start, cpu_start = time.perf_counter(), time.process_time()
            model.predict(digit, verbose=0)
            wall.append(time.perf_counter() - wall_start)
            cpu.append(time.process_time() - cpu_start)
        print(json.dumps({"wall": wall, "cpu": cpu}), flush=True)


if __name__ == "__main__":
    main()
