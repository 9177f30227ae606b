import { parseJson } from './body.ts';

/** What an answer holds that was not announced, or announced wrongly. */
export type Read =
  | { body: unknown }
  /** It is broken, or a page for people: `text` is what came. */
  | { broken: string; cause: unknown };

// Announced as these, an answer is not looked into.
const BINARY =
  /^(?:image\/(?!svg)|audio\/|video\/|font\/|application\/(?:pdf|zip|gzip|x-tar|x-gzip|vnd\.openxmlformats|msword))/;

/**
 * Reads an answer for what it is, whatever it says of itself: systems send JSON as text or without a word, text as JSON,
 * and proxies send pages in place of everything. Only what begins like JSON, or is a page, is held against it.
 */
export function readAnything(bytes: Uint8Array, contentType: string | null): Read {
  if (bytes.length === 0) return { body: undefined };
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (BINARY.test(type)) return { body: bytes };
  const text = decode(bytes, contentType);
  if (text === undefined) return { body: bytes };
  if (isPage(text)) return { broken: text, cause: undefined };
  if (/[/+](?:x-ndjson|ndjson|jsonl|x-jsonlines)$/.test(type)) return lines(text);
  const json = /[/+]json$/.test(type);
  const structured = /^\s*[[{]/.test(text);
  // Who says nothing may mean any JSON, such as `true`; who says text means text, but for what is plainly JSON.
  if (!json && !structured && type !== '')
    return { body: type === 'application/octet-stream' ? bytes : text };
  try {
    return { body: parseJson(text) };
  } catch (cause) {
    return json && (structured || /^\s*"/.test(text)) ? { broken: text, cause } : { body: text };
  }
}

function lines(text: string): Read {
  const rows = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  try {
    return { body: rows.map(parseJson) };
  } catch {
    return { body: text };
  }
}

/** As text; undefined when it is none. */
function decode(bytes: Uint8Array, contentType: string | null): string | undefined {
  const charset = /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    // No text of that kind, or a kind that nobody knows.
    return undefined;
  }
}

function isPage(text: string): boolean {
  return /^\s*(?:<!--[^]*?-->\s*)?<(?:!doctype\s+html|html)\b/i.test(text.slice(0, 2000));
}
