import { afterAll, describe, expect, test } from "vitest";
import { openHeadlessDocument } from "../../../build/headlessDocument.ts";
import { markdown } from "../../../build/page/markdown.ts";

const { document, close } = openHeadlessDocument();
afterAll(close);

function html(strings: TemplateStringsArray, ...values: unknown[]): string {
  const root = document.createElement("div");
  root.append(markdown(strings, ...values));
  return root.innerHTML.trim();
}

const hostile = "<img src=x onerror=alert(1)> **bold** `code` </p><script>alert(1)</script>";

describe("markdown", () => {
  test("what the author writes is Markdown and HTML", () => {
    expect(html`Some *emphasis* and <b>HTML</b>.`).toBe("<p>Some <em>emphasis</em> and <b>HTML</b>.</p>");
    expect(html`## Two words!`).toBe('<h2 id="two-words">Two words!</h2>');
  });

  test("what is interpolated is text, wherever it stands", () => {
    const escaped = hostile.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    expect(html`a ${hostile} b`).toBe(`<p>a ${escaped} b</p>`);
    expect(html`in \`${hostile}\``).toBe(`<p>in <code>${escaped}</code></p>`);
    expect(html`| a |
|---|
| ${hostile} |`).toContain(`<td>${escaped}</td>`);
    expect(html`<i>${hostile}</i>`).toBe(`<p><i>${escaped}</i></p>`);
  });

  test("in attributes it stays in its attribute, and no address runs a script", () => {
    expect(html`<b title="${'" onclick="alert(1)'}">x</b>`).toBe(
      '<p><b title="&quot; onclick=&quot;alert(1)">x</b></p>',
    );
    expect(html`[x](${"compare.html?a=b"})`).toBe('<p><a href="compare.html?a=b">x</a></p>');
    for (const address of [
      "javascript:alert(1)",
      " java\nscript:alert(1)",
      "\u0001javascript:alert(1)",
      "data:text/html,x",
      "vbscript:x",
    ])
      expect(html`[x](${address})`).toBe("<p><a>x</a></p>");
    expect(html`<b onclick="${"alert(1)"}">x</b>`).toBe("<p><b>x</b></p>");
  });

  test("nodes and arrays of nodes are inserted", () => {
    const item = (text: string) => Object.assign(document.createElement("b"), { textContent: text });
    expect(html`one ${item("1")}, more ${[item("2"), "<", item("3")]}, none ${null}${undefined}.`).toBe(
      "<p>one <b>1</b>, more <b>2</b>&lt;<b>3</b>, none .</p>",
    );
  });
});
