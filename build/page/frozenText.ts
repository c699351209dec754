/** What a page says that takes the place of one that did not answer. */
export function frozenText(frozen: readonly number[], opensItself: boolean): string {
  const cells = frozen.map((id) => `cell ${id}`).join(", ");
  const again = opensItself ? " It was opened again by itself, and nothing that was typed is lost." : "";
  if (frozen.length === 0) return `This page stopped answering.${again}`;
  const verb = frozen.length === 1 ? "waits" : "wait";
  return `This notebook stopped answering while ${cells} ran.${again} All else is run again; ${cells} ${verb} until you ask.`;
}
