import { type DataType, type Schema, Type } from "apache-arrow";
import { identifier } from "../sql.ts";

/** The statement that creates a table for rows of a schema, where there is none of that name. */
export function createTable(table: string, schema: Schema): string {
  const columns = schema.fields.map((field) => `${identifier(field.name)} ${sqlType(field.type)}`);
  return `CREATE TABLE IF NOT EXISTS ${table} (${columns.join(", ")})`;
}

/** The SQL type of a column that holds an Arrow type's values. Throws for types that no reader of traces makes. */
function sqlType(type: DataType): string {
  switch (type.typeId) {
    case Type.Null:
      return "INTEGER";
    case Type.Bool:
      return "BOOLEAN";
    case Type.Int: {
      const { isSigned, bitWidth } = type as DataType & { isSigned: boolean; bitWidth: number };
      const name = { 8: "TINYINT", 16: "SMALLINT", 32: "INTEGER", 64: "BIGINT" }[bitWidth]!;
      return isSigned ? name : `U${name}`;
    }
    case Type.Float:
      return (type as DataType & { precision: number }).precision === 2 ? "DOUBLE" : "FLOAT";
    case Type.Utf8:
    case Type.LargeUtf8:
      return "VARCHAR";
    case Type.Dictionary:
      return sqlType((type as DataType & { dictionary: DataType }).dictionary);
    case Type.List:
      return `${sqlType((type as DataType & { valueType: DataType }).valueType)}[]`;
    case Type.Timestamp:
      return "TIMESTAMP";
    default:
      throw new Error(`cannot insert a column of Arrow type ${type}: cast it to a number, text, boolean or list`);
  }
}
