import { errorLine } from "../errorLine.ts";
import { askName } from "./askName.ts";
import { newNotebook, templates, withTitle } from "./templates.ts";

/** The list of notebooks: what its buttons do. Each change is made by the server, and the list then loaded anew. */
const notice = document.getElementById("notice")!;
const template = document.getElementById("template") as HTMLSelectElement;
template.append(...[...templates.keys()].map((name) => new Option(name)));

const actions: Record<string, (name: string, title: string) => Promise<void>> = {
  async new() {
    const name = await askName("Name of the new notebook", "");
    if (name === undefined) return;
    await create(name, newNotebook(template.value, name));
    await show(name);
  },
  async duplicate(name, title) {
    const to = await askName(`Name of the copy of ${name}`, `${name} copy`);
    if (to === undefined) return;
    await create(
      to,
      withTitle(await (await ask(`files/${encodeURIComponent(name)}`, "GET")).text(), `${title} (copy)`),
    );
    location.reload();
  },
  async rename(name) {
    const to = await askName(`New name of ${name}`, name);
    if (to === undefined || to === name) return;
    await ask(`files/${encodeURIComponent(name)}`, "POST", { body: to });
    location.reload();
  },
  async delete(name) {
    await ask(`files/${encodeURIComponent(name)}`, "DELETE");
    location.reload();
  },
  async restore(entry) {
    await ask(`trash/${encodeURIComponent(entry)}`, "POST");
    location.reload();
  },
};

document.addEventListener("click", (event) => {
  const { action = "", name = "", title = "" } = (event.target as HTMLElement).closest("button")?.dataset ?? {};
  actions[action]?.(name, title).catch((error: unknown) => {
    notice.textContent = errorLine(error);
    notice.hidden = false;
  });
});

async function create(name: string, body: string): Promise<void> {
  await ask(`files/${encodeURIComponent(name)}`, "PUT", { body, headers: { "if-none-match": "*" } });
}

async function ask(address: string, method: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(address, { ...init, method });
  if (!response.ok) throw new Error((await response.text()).trim());
  return response;
}

/** Goes to a new notebook, whose page is there a moment later than its file. */
async function show(name: string): Promise<void> {
  const address = `${encodeURIComponent(name)}.html`;
  for (let attempt = 0; attempt < 50; attempt++) {
    if ((await fetch(address)).ok) return location.assign(address);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  location.reload();
}
