import { headerOf, type HeaderMap } from '../core/signature.ts';
import type { Trigger } from '../core/trigger.ts';

const HIDDEN = '[secret]';

/** Longest header worth keeping; the rest of it is cut off. */
const MAX_HEADER = 500;

/** Headers that tell something about a delivery, by name. Credentials are not among them. */
export function keptHeaders(trigger: Trigger, headers: HeaderMap): Record<string, string> {
  const { verify, deliveryHeader, event } = trigger;
  const names = [
    'content-type',
    'user-agent',
    // A value that is not hashed is the secret itself.
    verify.algorithm === 'none' ? undefined : verify.header,
    verify.time?.header,
    verify.id?.header,
    deliveryHeader,
    typeof event === 'object' && 'header' in event ? event.header : undefined,
    ...(trigger.headers ?? []),
  ];
  const kept: Record<string, string> = {};
  for (const name of names) {
    const hidden = name === trigger.token?.header || (verify.algorithm === 'none' && name === verify.header);
    const value = name === undefined || hidden ? undefined : headerOf(headers, name);
    if (name !== undefined && value !== undefined) kept[name] = storable(value, MAX_HEADER);
  }
  return kept;
}

const patterns = new WeakMap<Trigger, { names: RegExp; members: RegExp } | null>();

/**
 * The bytes with the values of secret members blanked, wherever they stand, and all other bytes as they were.
 * What is kept cannot be verified again; that it was, stands beside it.
 *
 * @param text the body decoded, to look for secrets in
 */
export function blankSecrets(trigger: Trigger, body: Uint8Array, text: string): Uint8Array {
  let known = patterns.get(trigger);
  if (known === undefined) patterns.set(trigger, (known = patternsOf(trigger.secrets ?? [])));
  if (known === null || !known.names.test(text)) return body;
  // Latin 1 gives every byte back as it was, UTF-8 only those that are valid.
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1');
  return Buffer.from(bytes.replace(known.members, `$1"${HIDDEN}"`), 'latin1');
}

function patternsOf(secrets: readonly string[]): { names: RegExp; members: RegExp } | null {
  if (secrets.length === 0) return null;
  const name = `"(?:${secrets.map((secret) => RegExp.escape(secret)).join('|')})"\\s*:`;
  const value = String.raw`"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d[\d.eE+-]*`;
  return { names: new RegExp(name), members: new RegExp(`(${name}\\s*)(?:${value})`, 'g') };
}

/** Text that every database takes: no NUL, no lone surrogates, not endless. */
export function storable(text: string, longest: number): string {
  const short = text.length > longest ? text.slice(0, longest) : text;
  return short.includes('\0') ? short.replaceAll('\0', '').toWellFormed() : short.toWellFormed();
}
