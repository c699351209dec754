/** A pattern for paths with `/`: `*` and `?` within a name, `[a-z]` or `[!a-z]`, and `**` across folders. */
export function globPattern(glob: string): RegExp {
  const source = glob.replace(/\*\*\/|\*\*|\*|\?|\[[^\]/]+\]|[.+^${}()|\\[\]]/g, (token) => {
    if (token === "**/") return "(?:.*/)?";
    if (token === "**") return ".*";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    return token.length > 1 ? set(token.slice(1, -1)) : `\\${token}`;
  });
  return new RegExp(`^${source}$`, "su");
}

/** Whether an address is a pattern. */
export function isGlob(address: string): boolean {
  return /[*?[]/.test(address);
}

function set(members: string): string {
  const negated = members.startsWith("!");
  const escaped = (negated ? members.slice(1) : members).replace(/[\\^[\]&|~]/g, "\\$&");
  return `[${negated ? "^" : ""}${escaped}]`;
}
