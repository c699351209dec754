import type { SystemMessage, SystemRequest, SystemResult } from "../lib/export/systemRun.ts";
import type { Topology } from "../lib/topology/topology.ts";
import { writeTopology } from "../lib/topology/writeTopology.ts";
import { html } from "./html.ts";
import { progressLine } from "./progressLine.ts";
import { visibleText } from "./visibleText.ts";

/** The running of a system as an input: `value` is how the last run went, null before the first; `input` tells of it. */
export interface SystemRunner extends HTMLFormElement {
  value: SystemResult | null;
}

interface Field {
  name: string;
  label: string;
  title: string;
  value: string;
  choices?: readonly string[];
}

const fields: readonly Field[] = [
  { name: "duration", label: "Seconds", title: "How long calls are made", value: "20" },
  {
    name: "rate",
    label: "Calls a second",
    title: "Blank for the traces' own rate, or what the cores can do",
    value: "",
  },
  { name: "scale", label: "Time scale", title: "How many times slower than the model everything runs", value: "1" },
  { name: "processes", label: "Processes", title: "Processes that the services share", value: "4" },
  {
    ...{ name: "corrections", label: "Corrections", value: "on", choices: ["on", "off", "log"] },
    title: "Take measured deviations off the own time that is left",
  },
];

/**
 * Exports, builds, runs and judges a topology's system on this machine, by the local server: a form with a button to run
 * it and one to stop it, and a line that says what is being done. What runs is stopped with the cell.
 */
export function systemRunner(
  topology: Topology,
  { document, signal }: { document: Document; signal?: AbortSignal },
): SystemRunner {
  const inputs = fields.map(({ name, value, choices }) => {
    const id = `palette-run-${name}`;
    if (!choices) return html(document, "input", { id, name, type: "text", value, size: 8, autocomplete: "off" });
    return html(document, "select", { id, name }, ...choices.map((choice) => html(document, "option", {}, choice)));
  });
  const run = html(document, "button", { type: "submit" }, "Run the system");
  const stop = html(document, "button", { type: "button", disabled: "" }, "Stop");
  const said = html(document, "p", { class: "palette-note", role: "status" });
  const rows = inputs.flatMap((input, index) => [
    html(document, "label", { for: input.id, title: fields[index]!.title }, fields[index]!.label),
    input,
  ]);
  const form = html(
    document,
    "form",
    { class: "palette-runner" },
    ...rows,
    html(document, "div", { class: "palette-path" }, run, stop),
    said,
  ) as unknown as SystemRunner;
  form.value = null;
  let running: AbortController | undefined;
  const halt = (reason: string) => running?.abort(new Error(reason));
  signal?.addEventListener("abort", () => halt("the cell ran again"), { once: true });
  stop.addEventListener("click", () => halt("stopped"));

  const start = async () => {
    const mine = new AbortController();
    running = mine;
    run.disabled = true;
    stop.disabled = false;
    said.textContent = "";
    const progress = progressLine({ document, text: "asking the server" });
    form.append(progress);
    const began = performance.now();
    try {
      const options = Object.fromEntries(
        inputs.map(({ name, value }) => [name, value.trim()]).filter(([, value]) => value !== ""),
      );
      const found = await progress.until(
        askServer({ topology: writeTopology(topology), options }, document, mine.signal, (step) =>
          progress.say(`${step} (${Math.round((performance.now() - began) / 1000)} s)`),
        ),
      );
      said.textContent = visibleText(runText(found));
      form.value = found;
      form.dispatchEvent(new (document.defaultView?.Event ?? Event)("input", { bubbles: true }));
    } catch (error) {
      const reason: unknown = mine.signal.aborted ? mine.signal.reason : error;
      said.textContent = visibleText(reason instanceof Error ? reason.message : String(reason));
    } finally {
      run.disabled = false;
      stop.disabled = true;
      running = undefined;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!running) void start();
  });
  // What is typed is no result yet.
  for (const input of inputs) input.addEventListener("input", (event) => event.stopPropagation());
  return form;
}

async function askServer(
  asked: SystemRequest,
  document: Document,
  signal: AbortSignal,
  onStep: (step: string) => void,
): Promise<SystemResult> {
  const response = await fetch(new URL("systems/run", document.baseURI), {
    ...{ method: "POST", body: JSON.stringify(asked), signal },
    headers: { "content-type": "application/json" },
  });
  const type = response.headers.get("content-type") ?? "";
  if (!response.ok || !response.body || !type.includes("ndjson")) {
    if (response.status === 409 || response.status === 400) throw new Error((await response.text()).trim());
    throw new Error("systems run in the live workbench alone: start it with npm start, or use palette loop");
  }
  let text = "";
  for await (const chunk of chunks(response.body)) {
    text += chunk;
    const lines = text.split("\n");
    text = lines.pop()!;
    for (const line of lines) {
      const message = JSON.parse(line) as SystemMessage;
      if ("error" in message) throw new Error(message.error);
      if ("result" in message) return message.result;
      onStep(message.step);
    }
  }
  throw new Error("the server ended before the system did");
}

/** Not every browser can iterate a stream. */
async function* chunks(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield decoder.decode(value, { stream: true });
  }
}

function runText({ run, rate, ownRate, costs, model, drawn }: SystemResult): string {
  const short = (value: number | null) => (value === null ? "-" : String(Number(value.toPrecision(3))));
  const slower = rate < 0.99 * ownRate ? `, below the traces' own ${short(ownRate)}` : "";
  return [
    `${run.completed} of ${run.sent} calls completed, ${run.failed} failed, at ${short(run.achieved)} a second${slower}, ${Math.round(100 * run.offered)} % of the cores.`,
    costs ? `A call adds ${costs.hop} µs on this machine, which was taken off.` : "",
    `KS of entry calls: ${short(model.pooled.root.running)} from the model (${short(model.pooled.root.chance)} for as many traces of the model), ${short(drawn.pooled.root.running)} from what they drew.`,
    ...run.warnings,
  ].join(" ");
}
