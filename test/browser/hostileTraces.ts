import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { otlpLine, type RecordedSpan } from "../../datasets/otlp.ts";

/** Names that would do something if a page took them as markup, code or an address. */
export const hostileNames = [
  `<img src=x onerror="globalThis.injected = 1">`,
  `"><script>globalThis.injected = 2</script>`,
  `\${globalThis.injected = 3}`,
  `](javascript:globalThis.injected=4) [x](javascript:alert(1))`,
  `'; DROP SCHEMA main CASCADE; --`,
  "line\nbreak\u0000nul\u202egnp",
];

/** Writes traces whose services and operations have hostile names: each entry calls two others, now and then twice. */
export function writeHostileTraces(folder: string): string {
  const lines = Array.from({ length: 60 }, (_, trace) => {
    const name = (index: number) => hostileNames[(trace + index) % hostileNames.length]!;
    const start = 1_700_000_000_000_000_000n + BigInt(trace) * 10_000_000n;
    const span = (id: number, parent: number | undefined, from: bigint, to: bigint): RecordedSpan => ({
      trace: (trace + 1).toString(16).padStart(32, "0"),
      id: (trace * 16 + id).toString(16).padStart(16, "0"),
      ...(parent === undefined ? {} : { parent: (trace * 16 + parent).toString(16).padStart(16, "0") }),
      ...{ service: name(id), name: name(id + 1), kind: "server" as const, error: trace % 9 === 0, attributes: {} },
      ...{ start: start + from * 1000n, end: start + to * 1000n },
    });
    const late = BigInt(trace % 13) * 37n;
    const calls = [span(2, 1, 100n, 900n + late), span(3, 1, 1000n + late, 1900n + late)];
    return otlpLine([span(1, undefined, 0n, 2000n + 2n * late), ...calls.slice(0, 1 + (trace % 2))]);
  });
  const file = join(folder, `"><b>traces.jsonl`);
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}
