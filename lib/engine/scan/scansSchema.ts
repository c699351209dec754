/** The quoted name of the schema where an engine keeps what belongs to scans, made when the engine opens. */
export const scansSchema = '"#scans"';
