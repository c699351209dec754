import index from "../datasets/index.json" with { type: "json" };

/** A data set that comes with the workbench. */
export interface DataSet {
  id: string;
  title: string;
  description: string;
  /** Addresses of its files, from the folder of the workbench. */
  files: string[];
}

/** The ready data sets, in the order in which a notebook offers them. */
export const dataSets: DataSet[] = index.map(({ id, title, description, files }) => ({
  id,
  title,
  description,
  files: files.map((file) => `datasets/${file}`),
}));

/** The data set of an id; throws one line that lists the ids there are. */
export function dataSet(id: string): DataSet {
  const found = dataSets.find((one) => one.id === id);
  if (!found)
    throw new Error(`there is no data set ${JSON.stringify(id)}: one of ${dataSets.map((one) => one.id).join(", ")}`);
  return found;
}
