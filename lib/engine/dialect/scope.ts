import { identifier } from "../sql.ts";
import type { From } from "./tree.ts";

/** The columns of a table by the parts of its name, where they are known. */
export type TableColumns = (parts: readonly string[]) => string[] | undefined;

interface Relation {
  name: string;
  columns: () => string[] | undefined;
}

/**
 * The relations of one FROM clause. Standard SQL takes the qualifier away from columns that USING merges, DuckDB does
 * not: so joins are written with ON, and a merged column that stands alone is the left relation's.
 */
export class Scope {
  private readonly relations: Relation[] = [];
  /** The relations to the left of the first USING of a column, and the relations that it merges theirs with. */
  private readonly merged = new Map<string, { left: readonly Relation[]; right: Set<Relation> }>();

  constructor(from: From | undefined, columnsOf: (from: From) => string[] | undefined) {
    const add = (each: From): void => {
      if (each.type === "EMPTY") return;
      if (each.type !== "JOIN") {
        this.relations.push({ name: relationName(each), columns: () => columnsOf(each) });
        return;
      }
      add(each.left!);
      if (each.join_type === "SEMI" || each.join_type === "ANTI") return;
      const left = [...this.relations];
      add(each.right!);
      const right = this.relations.slice(left.length);
      for (const column of each.using_columns ?? []) {
        const known = this.merged.get(column);
        if (known) for (const relation of right) known.right.add(relation);
        else this.merged.set(column, { left, right: new Set(right) });
      }
    };
    if (from) add(from);
  }

  get merges(): boolean {
    return this.merged.size > 0;
  }

  /** A column without a qualifier. */
  bare(column: string): string {
    return this.merged.has(column) ? this.left(column) : identifier(column);
  }

  /** The first relation's column of this name, qualified; where several may have it, their columns have to be known. */
  left(column: string): string {
    const relations = this.merged.get(column)?.left ?? this.relations;
    const having = relations.length === 1 ? relations : relations.filter(({ columns }) => columns()?.includes(column));
    if (having.length === 0) throw new Error(`the relation that has the column ${column} is not known: join with ON`);
    return `${identifier(having[0]!.name)}.${identifier(column)}`;
  }

  /** What a star stands for: the columns of one relation, or of all with merged ones once. */
  star(name?: string): { name: string; text: string }[] {
    return this.chosen(name).flatMap((relation) => {
      const known = relation.columns();
      if (known === undefined) throw new Error(`the columns of ${relation.name} are not known`);
      return known
        .filter((column) => name !== undefined || !this.merged.get(column)?.right.has(relation))
        .map((column) => ({ name: column, text: `${identifier(relation.name)}.${identifier(column)}` }));
    });
  }

  names(name?: string): string[] | undefined {
    if (this.chosen(name).some(({ columns }) => columns() === undefined)) return undefined;
    return this.star(name).map(({ name }) => name);
  }

  private chosen(name?: string): Relation[] {
    return name === undefined ? this.relations : this.relations.filter((relation) => relation.name === name);
  }
}

const given = new WeakMap<From, string>();
let count = 0;

/** The name of a relation in its query; one without gets one. */
export function relationName(from: From): string {
  const name = from.alias ?? from.table_name ?? given.get(from) ?? `unnamed_${count++}`;
  given.set(from, name);
  return name;
}
