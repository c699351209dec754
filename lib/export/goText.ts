/**
 * A text from traces inside Go, in code and comments alike: a quoted string of plain ASCII in which nothing can end a
 * comment, a string or a line. Cut where it is long, as it is only shown.
 */
export function shownInGo(text: string): string {
  return goString(text.length > 100 ? `${text.slice(0, 97)}...` : text);
}

/** A Go string literal of any text, in plain ASCII. Lone surrogates become U+FFFD, as Go knows none. */
export function goString(text: string): string {
  let quoted = '"';
  for (const character of text.replace(/\p{Surrogate}/gu, "\ufffd")) {
    const code = character.codePointAt(0)!;
    if (/[A-Za-z0-9 _./:()<>{}=+,@#&%$!?^|~;*-]/.test(character)) quoted += character;
    else
      quoted += code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  }
  return `${quoted}"`;
}
