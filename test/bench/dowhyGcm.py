"""Fits DoWhy's graphical causal models to latencies of traces, and draws from them.

A node without callees has its empirical distribution, another additive noise around a linear regression on its
callees, as latencies add up. Choosing mechanisms by DoWhy's own cross-validation takes minutes for a system of 180 APIs.

Reads JSON from standard input: for each entry API the total duration of every API in each trace, and which API's
durations depend on which (callee, caller). Writes the entry API's durations, as many as were asked for, and versions.
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import dowhy
import networkx
import numpy
import pandas
from dowhy import gcm

gcm.config.disable_progress_bars()
given = json.load(sys.stdin)
gcm.util.general.set_random_seed(given["seed"])
drawn = []
for root in given["roots"]:
    traces = pandas.DataFrame({str(i): column for i, column in enumerate(root["columns"])})
    model = gcm.StructuralCausalModel(networkx.DiGraph())
    model.graph.add_nodes_from(traces.columns)
    model.graph.add_edges_from((str(callee), str(caller)) for callee, caller in root["edges"])
    for node in model.graph.nodes:
        callees = any(model.graph.predecessors(node))
        sums = gcm.AdditiveNoiseModel(gcm.ml.create_linear_regressor()) if callees else None
        model.set_causal_mechanism(node, sums or gcm.EmpiricalDistribution())
    gcm.fit(model, traces)
    samples = gcm.draw_samples(model, root["samples"])["0"].to_numpy()
    drawn.append(numpy.clip(samples, 0, None).tolist())
versions = f"DoWhy {dowhy.__version__}, Python {sys.version.split()[0]}"
json.dump({"drawn": drawn, "versions": versions}, sys.stdout)
