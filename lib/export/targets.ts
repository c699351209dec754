import { exportBlueprint, hookFile } from "./blueprint/exportBlueprint.ts";
import { exportGo } from "./go/exportGo.ts";

/** What a topology can be exported to: how its files are made, and which of them are a person's own afterwards. */
export const targets = {
  go: { label: "Go", make: exportGo, own: [] as string[] },
  blueprint: { label: "Blueprint", make: exportBlueprint, own: [hookFile] },
} as const;
