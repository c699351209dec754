import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applyInterventions } from "../../../lib/interventions/applyInterventions.ts";
import { fingerprint } from "../../../lib/interventions/fingerprint.ts";
import { readTopology } from "../../../lib/topology/readTopology.ts";
import { writeTopology } from "../../../lib/topology/writeTopology.ts";
import { patternsTopology } from "../../topology/patternsTopology.ts";
import { errorOf, jsonOf, runPalette, temporaryFolder } from "./runPalette.ts";

const folder = temporaryFolder();

function files(interventions: object[], more: object = {}) {
  const run = mkdtempSync(join(folder, "run-"));
  const topology = join(run, "topology.json");
  const list = join(run, "interventions.json");
  writeFileSync(topology, writeTopology(patternsTopology()));
  writeFileSync(list, JSON.stringify({ format: "palette-interventions", version: "1.0", interventions, ...more }));
  return { topology, list, tuned: join(run, "tuned.json") };
}

const halved = { type: "scaleOwnTime", api: "store X", factor: 0.5 };
const cached = { type: "addCache", call: "choice>X", hitRatio: 0.25 };

describe("palette apply and palette diff", () => {
  it("write what the library gives, and say what changed", () => {
    const { topology, list, tuned } = files([halved, cached]);
    expect(runPalette(["apply", topology, list, "-o", tuned]).status).toBe(0);
    const base = readTopology(readFileSync(topology, "utf8"));
    expect(readFileSync(tuned, "utf8")).toBe(writeTopology(applyInterventions(base, [halved, cached]).topology));
    const texts = (jsonOf(runPalette(["diff", topology, tuned, "--json"])) as { text: string }[]).map(
      ({ text }) => text,
    );
    expect(texts).toEqual([
      "gateway choice: state s1, call store X: probability 0.75, not 1",
      "store X: own time is multiplied by 0.5",
    ]);
    expect(runPalette(["apply", topology, list, "-o", tuned, "--without", "0", "--without", "1"]).status).toBe(0);
    expect(readFileSync(tuned, "utf8")).toBe(readFileSync(topology, "utf8"));
    expect(runPalette(["diff", topology, tuned]).stdout).toBe("no difference\n");
  });

  it("refuse in one line that names the file", () => {
    const wrong = files([{ ...halved, factor: -1 }]);
    expect(errorOf(runPalette(["apply", wrong.topology, wrong.list, "-o", wrong.tuned]))).toContain(
      "interventions.json: interventions[0]: scaleOwnTime: factor: -1 is not a finite number of at least 0",
    );
    expect(errorOf(runPalette(["apply", wrong.topology, wrong.list, "-o", wrong.list]))).toContain(
      "interventions.json: cannot be written: it is one of the files that were read",
    );
    expect(errorOf(runPalette(["predict", wrong.topology, wrong.list, "--api", "nobody"]))).toContain(
      'topology.json: there is no API "nobody"',
    );
    writeFileSync(
      wrong.list,
      JSON.stringify([{ intervention: { type: "addCache" }, field: "hitRate", from: 0, to: 1 }]),
    );
    expect(
      errorOf(runPalette(["tune", wrong.topology, "--p99", "1", "--knobs", wrong.list, "-o", wrong.tuned])),
    ).toContain('interventions.json: knobs[0]: turned to 1: addCache: unknown field "hitRate"');
    const other = files([halved], { topology: "TrainTicket" });
    expect(errorOf(runPalette(["apply", other.topology, other.list, "-o", other.tuned]))).toContain(
      'interventions: written for the topology "TrainTicket", not for this "patterns"',
    );
    const graph = fingerprint(patternsTopology());
    const renamed = files([halved], { topology: "an earlier fit", graph });
    expect(runPalette(["apply", renamed.topology, renamed.list, "-o", renamed.tuned]).status).toBe(0);
    const [call] = patternsTopology().edges;
    const another = fingerprint({ ...patternsTopology(), edges: [call!] });
    const changed = files([halved], { topology: "patterns", graph: another });
    expect(errorOf(runPalette(["apply", changed.topology, changed.list, "-o", changed.tuned]))).toContain(
      'written for the topology "patterns", not for this "patterns": their services, APIs or calls differ',
    );
  });

  it("take a service's behaviour from one topology to another", () => {
    const { topology, list, tuned } = files([halved]);
    const taken = join(folder, "behaviour.json");
    expect(runPalette(["apply", topology, list, "-o", tuned]).status).toBe(0);
    expect(runPalette(["behaviour", tuned, "--service", "store", "-o", taken]).stdout).toContain("store X");
    const again = join(folder, "again.json");
    expect(runPalette(["apply", topology, taken, "-o", again]).status).toBe(0);
    expect(runPalette(["diff", again, tuned]).stdout).toBe("no difference\n");
    expect(errorOf(runPalette(["behaviour", tuned, "--service", "x", "-o", taken]))).toContain("there is no service");
  });

  it("search for a target, and draw what reaches it", () => {
    const { topology, tuned } = files([]);
    const [found, svg, page] = ["found.json", "diff.svg", "diff.html"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    const asked = ["tune", topology, "--root", "gateway sequential", "-n", "1000", "-o", found];
    const said = jsonOf(runPalette([...asked, "--p99", "4000", "--json"])) as { aims: { after: number }[] };
    expect(said.aims[0]!.after).toBeLessThanOrEqual(4000);
    expect(runPalette(["apply", topology, found, "-o", tuned]).status).toBe(0);
    const nearest = join(folder, "nearest.json");
    expect(errorOf(runPalette([...asked.with(-1, nearest), "--p99", "1"]))).toMatch(
      /not found within these knobs, nearest, written to .*nearest.json: p99 of gateway sequential: [\d.]+ ms \([^)]*\), was [\d.]+ ms; \d+ % above the 0.001 ms/,
    );
    expect(runPalette(["apply", topology, nearest, "-o", join(folder, "nearer.json")]).stdout).toContain(
      "is multiplied by 0.25",
    );
    expect(runPalette(["diff", topology, tuned, "-o", svg]).stdout).toContain("own time is multiplied by");
    expect(readFileSync(svg, "utf8")).toMatch(/^<\?xml[^>]*>\n<svg [^>]*xmlns=/);
    expect(runPalette(["diff", topology, tuned, "-o", page]).status).toBe(0);
    expect(readFileSync(page, "utf8")).toContain("Latency CDFs of gateway sequential");
    expect(errorOf(runPalette(["diff", topology, tuned, "-o", "x.png"]))).toContain(
      "ends neither in .html nor in .svg",
    );
  });
});
