const limit = 2000;

/**
 * A string as it may be shown: control characters become their Unicode pictures (so that an SVG file stays valid XML),
 * characters that reorder text and lone surrogates become U+FFFD, and more than 2,000 characters are cut.
 */
export function visibleText(text: string): string {
  const short = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return short
    .replace(/\p{Cc}/gu, (c) => (c === "\n" || c === "\t" ? c : pictureOf(c.charCodeAt(0))))
    .replace(/[\u202a-\u202e\u2066-\u2069\ufffe\uffff]|\p{Cs}/gu, "\ufffd");
}

function pictureOf(code: number): string {
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : "\ufffd";
}
