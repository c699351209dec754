/** Keeps a list of the second-level headings of a notebook, as links, while cells come and go. */
export function showContents(nav: HTMLElement, main: Element): void {
  const list = document.createElement("ol");
  nav.replaceChildren(list);
  let texts = "";
  const update = () => {
    const headings = [...main.querySelectorAll<HTMLElement>(".output h2[id]")];
    const now = headings.map(({ id, textContent }) => `${id} ${textContent}`).join("\n");
    if (now === texts) return;
    texts = now;
    nav.hidden = headings.length < 2;
    list.replaceChildren(
      ...headings.map(({ id, textContent }) => {
        const item = document.createElement("li");
        const link = document.createElement("a");
        link.href = `#${encodeURIComponent(id)}`;
        link.textContent = textContent;
        item.append(link);
        return item;
      }),
    );
  };
  new MutationObserver(update).observe(main, { childList: true, subtree: true });
  update();
}
