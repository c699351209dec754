export declare function staleDependencies(folder: string): string | undefined;
export declare function findChromium(environment?: Record<string, string | undefined>): string | undefined;
