/** A command line that cannot be understood: an unknown verb, option or value. Exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}
