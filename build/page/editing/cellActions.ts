/** What can be done with a cell as a whole, by keys and by its toolbar alike. */
export interface CellActions {
  /** Opens the editor, or goes to it. */
  edit(): void;
  /** Closes the editor and forgets what was typed, or opens it. */
  toggleEditor(): void;
  run(): void;
  runAndGoOn(): void;
  goUp(): void;
  goDown(): void;
  insertAbove(): void;
  insertBelow(): void;
  moveUp(): void;
  moveDown(): void;
  duplicate(): void;
  changeType(type: string): void;
  pin(): void;
  /** Shows the cell as one line, or in full. */
  fold(): void;
  /** Lets the cell run only when it is asked to, or whenever what it needs has changed. */
  makeLazy(): void;
  delete(): void;
}
