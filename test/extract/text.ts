/** A value of a row as text; nothing is the empty text. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}
