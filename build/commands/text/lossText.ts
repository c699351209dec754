import type { FidelityLoss } from "../../../lib/export/fidelityLoss.ts";
import type { Loss } from "../../../lib/export/ignoredOptions.ts";
import { printable } from "./printable.ts";

/** What an export loses, for a terminal: a line for each kind of loss, with how often it occurs and the first example. */
export function lossText({ target, losses, counts }: FidelityLoss): string {
  const examples = new Map<string, [where: string, loss: Loss]>();
  const all: [string, Loss[]][] = [
    ["the system", losses.system],
    ...losses.services.map((each): [string, Loss[]] => [each.service, each.losses]),
    ...losses.apis.map((each): [string, Loss[]] => [each.api, each.losses]),
  ];
  for (const [where, found] of all)
    for (const loss of found) if (!examples.has(loss.what)) examples.set(loss.what, [where, loss]);
  const lines = [...examples].map(([what, [where, loss]]) => {
    const asked = printable(JSON.stringify(loss.asked) ?? "").slice(0, 80);
    return `${String(counts[what]).padStart(7)} ${what.padEnd(20)} ${printable(where).slice(0, 40)}: ${asked} -> ${printable(loss.instead)}`;
  });
  return [`what --to ${target} does not do as the topology says, how often, and the first example:`, ...lines].join(
    "\n",
  );
}
