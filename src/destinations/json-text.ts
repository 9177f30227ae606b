/** One escape of a JSON text: a whole surrogate pair, half of one, NUL, or any other. */
const ESCAPE = /\\(?:u(d[89ab][\da-f]{2}\\ud[c-f][\da-f]{2})|u(d[89a-f][\da-f]{2})|u(0000)|.)/gis;

/**
 * JSON as databases take it that check it: half of a surrogate pair is no character, and becomes U+FFFD, as it does in
 * UTF-8; so does NUL where `nul` says so.
 */
export function storableJson(json: string, nul: 'keep' | 'replace'): string {
  if (!json.includes('\\u')) return json;
  return json.replace(ESCAPE, (escape, _pair: unknown, half: unknown, zero: unknown) =>
    half === undefined && (zero === undefined || nul === 'keep') ? escape : String.raw`\ufffd`,
  );
}
