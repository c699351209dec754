/** The scans that queries may read from, to tell whose file an error is about. */
export class ActiveScans {
  private readonly paths = new Map<string, readonly string[]>();

  add(relation: string, paths: readonly string[]): void {
    this.paths.set(relation, paths);
  }

  delete(relation: string): void {
    this.paths.delete(relation);
  }

  /** The error of a statement; where the reading of a file failed, with the file's path before it. */
  named(error: Error, sql: string): Error {
    if (!/^(IO|Invalid|Invalid Input) Error: /.test(error.message)) return error;
    for (const [relation, paths] of this.paths) {
      if (!sql.includes(relation) || paths.some((path) => error.message.includes(path))) continue;
      const others = paths.length > 1 ? ` or one of the ${paths.length - 1} files read with it` : "";
      return new Error(`${paths[0]}${others}: ${error.message}`.replace(/\s+/g, " "), { cause: error });
    }
    return error;
  }
}
