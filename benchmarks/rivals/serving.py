"""Asks an ONNX model through Python's onnxruntime, as often as it is told to.

Usage: serving.py MODEL; for each line "ROWS CALLS NUMBERS..." of the input, where the numbers are the rows one after the other,
prints the processor seconds that a call took, and the sum of one call's answers.
"""

import sys
import time

import numpy as np
import onnxruntime


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def main(path):
    model = session(path)
    name = model.get_inputs()[0].name
    for line in sys.stdin:
        words = line.split()
        rows, calls = int(words[0]), int(words[1])
        batch = np.array(words[2:], dtype=np.float32).reshape(rows, -1)
        start = time.process_time()
        for _ in range(calls):
            answers = model.run(None, {name: batch})
        seconds = (time.process_time() - start) / calls
        print(seconds, float(answers[0].sum()), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
