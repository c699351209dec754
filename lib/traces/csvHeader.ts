/** The fields of a CSV line (RFC 4180 quotes), and the delimiter between them. */
export interface CsvHeader {
  columns: string[];
  delimiter: string;
}

/**
 * Reads the first line of a CSV text. The delimiter is the comma unless the line has none and another usual one.
 * Null where there is no line.
 */
export function csvHeader(text: string): CsvHeader | null {
  const line = text.replace(/^\uFEFF/, "").match(/^[^\r\n]*/)![0];
  if (line.trim() === "") return null;
  const delimiter = line.includes(",") ? "," : ([";", "\t", "|"].find((other) => line.includes(other)) ?? ",");
  return { columns: splitFields(line, delimiter), delimiter };
}

/** Splits one line at a delimiter outside quotes. */
export function splitFields(line: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = "";
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i]!;
    if (quoted && character === '"' && line[i + 1] === '"') {
      field += '"';
      i++;
    } else if (character === '"' && (quoted || field === "")) quoted = !quoted;
    else if (character === delimiter && !quoted) {
      fields.push(field);
      field = "";
    } else field += character;
  }
  fields.push(field);
  return fields;
}
