/** An error of the file system as one line: the path, and why. */
export function nodeFileError(path: string, error: unknown): Error {
  return new Error(`${path}: ${reasonOf(error as NodeJS.ErrnoException)}`, { cause: error });
}

function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "ENOENT":
    case "ENOTDIR":
      return "no such file or folder";
    case "EACCES":
    case "EPERM":
      return "no permission to read it";
    case "EISDIR":
      return "a folder, not a file";
    default:
      return error.message;
  }
}
