/** An SQL expression for a span kind in the spellings of OTLP (number or `SPAN_KIND_SERVER`), Zipkin and Jaeger. */
export function spanKind(expression: string): string {
  return `CASE regexp_replace(lower(${expression}::VARCHAR), '^span_kind_', '')
    WHEN 'server' THEN 'server' WHEN '2' THEN 'server'
    WHEN 'client' THEN 'client' WHEN '3' THEN 'client'
    WHEN 'producer' THEN 'producer' WHEN '4' THEN 'producer'
    WHEN 'consumer' THEN 'consumer' WHEN '5' THEN 'consumer'
    WHEN 'internal' THEN 'internal' WHEN '1' THEN 'internal' END`;
}
