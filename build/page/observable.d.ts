/** The parts of Observable's untyped packages that the page uses. */
declare module "@observablehq/runtime" {
  export interface VariableObserver {
    pending?(): void;
    fulfilled?(value: unknown, name?: string | null): void;
    rejected?(error: unknown, name?: string | null): void;
    /** For `visibility`. */
    _node?: Element;
  }
  export type VariableDefinition = (...inputs: never[]) => unknown;
  export interface Variable {
    define(name: string | null, inputs: readonly string[], definition: VariableDefinition): Variable;
    delete(): void;
  }
  export interface Module {
    variable(observer?: VariableObserver): Variable;
    define(name: string | null, inputs: readonly string[], definition: VariableDefinition): Variable;
    value(name: string): Promise<unknown>;
  }
  export class Runtime {
    constructor(builtins?: Record<string, () => unknown>, global?: (name: string) => unknown);
    module(): Module;
    dispose(): void;
  }
  export class RuntimeError extends Error {
    constructor(message: string, input?: string);
    /** The variable that this one needs and that failed. */
    input?: string;
  }
}

declare module "@observablehq/inspector" {
  export class Inspector {
    constructor(node: Element);
    fulfilled(value: unknown, name?: string): void;
  }
}

declare module "@observablehq/inputs";

declare module "htl" {
  type Tag = (strings: TemplateStringsArray, ...values: unknown[]) => Node;
  export const html: Tag & { fragment: Tag };
  export const svg: Tag & { fragment: Tag };
}
