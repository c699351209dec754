import { html } from "./html.ts";

export interface DownloadOptions {
  document: Document;
  /** Name that the browser suggests for the file. */
  filename: string;
  /** Media type, such as `application/json`. */
  type?: string;
  /** What the link says. */
  label?: string;
}

/**
 * A link that downloads text or bytes. In a page the content becomes a Blob when the link is followed, and is let go
 * afterwards; where there is no page (a rendered notebook) the content is in the link itself.
 */
export function downloadLink(content: string | Uint8Array<ArrayBuffer>, options: DownloadOptions): HTMLAnchorElement {
  const { document, filename, type = "application/json", label = `Download ${filename}` } = options;
  const link = html(document, "a", { class: "palette-download", download: filename, href: "#" }, label);
  const URL = document.defaultView?.URL;
  if (URL && "createObjectURL" in URL) {
    link.addEventListener("click", () => {
      const address = URL.createObjectURL(new Blob([content], { type }));
      link.href = address;
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    });
  } else {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    let binary = "";
    for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
    link.href = `data:${type};base64,${btoa(binary)}`;
  }
  return link;
}
