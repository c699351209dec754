/**
 * Gives what an input chooses an address of its own: `?name=value` in the page's address, which leads to a cell. Each choice
 * is a step of the browser's history, so that Back returns to the one before. The value is a text.
 * @param name a word that no other input of the notebook has
 * @param at the id of the cell that the address leads to, such as `cell-12`
 */
export function place<Input extends HTMLElement>(input: Input, name: string, at: string): Input {
  input.dataset.place = name;
  input.dataset.placeAt = at;
  return input;
}
