import { describe, expect, it } from "vitest";
import { downloadLink } from "../../cells/downloadLink.ts";
import { hostile, injected, newDocument } from "./document.ts";

describe("downloadLink", () => {
  it("holds the content itself where there is no page", async () => {
    const content = `{"name":"Zürich \u{1f600}"}${"x".repeat(20_000)}`;
    const link = downloadLink(content, { document: newDocument(), filename: "topology.json" });
    expect(link.download).toBe("topology.json");
    expect(link.textContent).toBe("Download topology.json");
    const [head, body] = link.href.split(",");
    expect(head).toBe("data:application/json;base64");
    expect(Buffer.from(body!, "base64").toString()).toBe(content);
  });

  it("makes a Blob in a page, when it is followed", async () => {
    const document = newDocument();
    const blobs: Blob[] = [];
    const URL = document.defaultView!.URL;
    URL.createObjectURL = (blob) => `blob:palette/${blobs.push(blob as Blob)}`;
    URL.revokeObjectURL = () => {};
    const link = downloadLink(new Uint8Array([1, 2, 3]), {
      document,
      filename: "a.bin",
      type: "application/octet-stream",
      label: "Get it",
    });
    expect(link.getAttribute("href")).toBe("#");
    link.dispatchEvent(new document.defaultView!.Event("click"));
    expect(link.href).toBe("blob:palette/1");
    expect(blobs[0]!.type).toBe("application/octet-stream");
    expect([...new Uint8Array(await blobs[0]!.arrayBuffer())]).toEqual([1, 2, 3]);
  });

  it("shows hostile names as text", () => {
    const link = downloadLink("{}", { document: newDocument(), filename: hostile.markup, label: hostile.markup });
    expect(injected(link)).toEqual([]);
  });
});
