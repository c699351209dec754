/**
 * CSS that embeds the page's own sans-serif face (its Latin letters), so that a file which is saved from the page looks
 * like the page. Empty where the page has no such face.
 */
export async function fontFaces(document: Document): Promise<string> {
  const [family] = document
    .defaultView!.getComputedStyle(document.documentElement)
    .getPropertyValue("--sans-serif")
    .split(",");
  const faces = [...document.styleSheets].flatMap((sheet) => [...rulesOf(sheet)]).filter(isFontFace);
  const latin = faces.find(({ style }) => {
    const sameFamily = unquoted(style.getPropertyValue("font-family")) === unquoted(family ?? "");
    return sameFamily && /U\+0{0,4}-0?0?FF/i.test(style.getPropertyValue("unicode-range"));
  });
  const source = /url\("?([^")]+)"?\)/.exec(latin?.style.getPropertyValue("src") ?? "")?.[1];
  if (!latin || !source) return "";
  const bytes = await fetch(new URL(source, latin.parentStyleSheet?.href ?? document.baseURI)).then((answer) =>
    answer.arrayBuffer(),
  );
  const name = unquoted(family ?? "");
  return `@font-face { font-family: "${name}"; font-weight: 100 900; src: url(data:font/woff2;base64,${base64(bytes)}) format("woff2") }`;
}

function rulesOf(sheet: CSSStyleSheet): CSSRuleList | CSSRule[] {
  try {
    return sheet.cssRules;
  } catch {
    return [];
  }
}

function isFontFace(rule: CSSRule): rule is CSSFontFaceRule {
  return rule.constructor.name === "CSSFontFaceRule";
}

function unquoted(text: string): string {
  return text.trim().replace(/^["']|["']$/g, "");
}

function base64(bytes: ArrayBuffer): string {
  let binary = "";
  const view = new Uint8Array(bytes);
  for (let at = 0; at < view.length; at += 8192) binary += String.fromCharCode(...view.subarray(at, at + 8192));
  return btoa(binary);
}
