/** Largest answer that is read into memory, in bytes. Zoom's largest page is well below 2 MB. */
const MAX_BYTES = 64 * 1024 * 1024;

/** A body larger than what may be read into memory. */
export class BodyTooLarge extends Error {}

/** Reads a whole body as text, but never more than the limit. */
export async function readText(response: Response): Promise<string> {
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  if (length > MAX_BYTES) {
    await response.body?.cancel();
    throw new BodyTooLarge(`the answer has ${length} bytes, more than the limit of ${MAX_BYTES}`);
  }
  // With a known length the built-in reader is safe, and faster than reading chunk by chunk.
  if (length >= 0 && response.headers.get('content-encoding') === null) return response.text();
  return new TextDecoder().decode(await readBytes(response));
}

/** Reads a whole body as bytes, but never more than the limit. */
export async function readBytes(response: Response): Promise<Uint8Array> {
  if (!response.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > MAX_BYTES) throw new BodyTooLarge(`the answer has more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

// A whole number of 16 or more digits outside of quotes may pass 2^53.
const LONG_NUMBER = /(?:^|[:,[])\s*-?\d{16,}\s*(?:[,}\]]|$)/;

/** Parses JSON. Whole numbers that a double cannot hold come as text with all their digits. */
export function parseJson(text: string): unknown {
  if (!hasDigits(text, 16) || !LONG_NUMBER.test(text)) return JSON.parse(text);
  return JSON.parse(text, keepDigits);
}

/** Whether so many digits follow one another: of a text without, one character in as many is looked at. */
function hasDigits(text: string, count: number): boolean {
  for (let at = count - 1; at < text.length; at += count) {
    if (!isDigit(text, at)) continue;
    let first = at;
    while (first > 0 && isDigit(text, first - 1)) first--;
    while (at + 1 < text.length && isDigit(text, at + 1)) at++;
    if (at - first + 1 >= count) return true;
  }
  return false;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** The reviver gets the text of the value as a third argument, which the type library does not know yet. */
function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  return context?.source ?? value;
}
