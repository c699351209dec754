import { openPageBundler } from "./bundlePages.ts";
import { frozenPage } from "./page/frozenPage.ts";
import type { NotebookResult } from "./runNotebook.ts";

/** One self-contained HTML file with what a notebook's run showed (see frozenPage). */
export async function freezeNotebook({ title, cells }: NotebookResult): Promise<string> {
  const bundler = await openPageBundler(new Map(), { minify: true, live: false });
  let style: string;
  try {
    const { files, style: path } = await bundler.build();
    const fonts = [...files].filter(([name]) => name.endsWith(".woff2"));
    style = new TextDecoder().decode(files.get(path));
    for (const [name, bytes] of fonts)
      style = style.replaceAll(`./${name}`, `data:font/woff2;base64,${Buffer.from(bytes).toString("base64")}`);
  } finally {
    await bundler.close();
  }
  return frozenPage(title, cells, style);
}
