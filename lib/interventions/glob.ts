/** Whether a text matches a pattern in which `*` stands for any text, in time of their lengths' product at most. */
export function matchesGlob(pattern: string, text: string): boolean {
  let [at, star, retry] = [0, -1, 0];
  let i = 0;
  while (i < text.length) {
    if (pattern[at] === "*") {
      star = at++;
      retry = i;
    } else if (pattern[at] === text[i]) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++retry;
    } else return false;
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
