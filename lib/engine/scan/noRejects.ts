/** What `Scan.rejects` gives where a format has no lines that could fail to fit. */
export const noRejects = "(SELECT 0::INTEGER AS file, 0::BIGINT AS record, '' AS reason WHERE false)";
