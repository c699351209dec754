const key = "palette-theme";
const schemes = ["light dark", "light", "dark"] as const;

/** Fills the header's choice of colours: those of the system, light or dark. The choice is remembered in this browser. */
export function showTheme(select: HTMLSelectElement): void {
  const chosen = schemes.find((scheme) => scheme === remembered()) ?? schemes[0];
  const labels = ["System", "Light", "Dark"];
  select.replaceChildren(...schemes.map((scheme, i) => new Option(labels[i], scheme, false, scheme === chosen)));
  const apply = (scheme: string) => {
    document.documentElement.style.colorScheme = scheme;
  };
  apply(chosen);
  select.addEventListener("change", () => {
    apply(select.value);
    try {
      localStorage.setItem(key, select.value);
    } catch {
      // A browser that keeps nothing still shows the choice.
    }
  });
}

function remembered(): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
