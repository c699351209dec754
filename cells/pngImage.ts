import { sizeOf, svgText } from "./svgText.ts";

/** A drawing of a page as a PNG image, `scale` pixels for each of its own. */
export async function pngImage(drawing: SVGSVGElement, { fonts = "", scale = 2 } = {}): Promise<Blob> {
  const document = drawing.ownerDocument;
  const { width, height } = sizeOf(drawing);
  const image = document.createElement("img");
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(drawing, fonts))}`;
  await image.decode();
  // Browsers refuse canvases beyond some 16,000 pixels a side.
  const factor = Math.min(scale, 16_000 / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(width * factor);
  canvas.height = Math.ceil(height * factor);
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the image is too large to draw"))), "image/png"),
  );
}
